/** Replication slots, positions in the log, and what is written there. Manual: "System Administration Functions". */

import type { Call, Scalar, Scalars, SetReturning } from '../../../compiler/functions/implementation.ts'
import { databaseOid } from '../../../compiler/system/database.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import type { Replication } from '../../../compiler/types/environment.ts'
import { lsnBytes, lsnOf } from '../../../compiler/types/lsn.ts'
import { storeRecord } from '../../../compiler/types/record.ts'
import { PgError, unsupported } from '../../protocol/error.ts'

const replication = (call: Call): Replication => {
  if (call.replication === undefined) throw unsupported('replication here')
  return call.replication
}

const emit = (call: Call, transactional: bigint, prefix: string, content: Uint8Array): Value =>
  lsnOf(replication(call).emit(transactional === 1n, prefix, content))

const position = function (this: Call): Value {
  return lsnOf(replication(this).position)
}

const createSlot: SetReturning = function (
  this: Call,
  name: string,
  plugin: string,
  temporary: bigint,
  twoPhase: bigint,
  failover: bigint,
) {
  if (twoPhase === 1n) throw unsupported('two-phase decoding')
  const slot = { name, plugin, temporary: temporary === 1n, failover: failover === 1n }
  return [[name, lsnOf(replication(this).createSlot(slot))]]
}

const advanceSlot: SetReturning = function (this: Call, name: string, upTo: string) {
  return [[name, lsnOf(replication(this).advanceSlot(name, lsnBytes(upTo)))]]
}

/** A row in the place of a value. */
const asRecord = (rows: SetReturning): Scalar =>
  function (this: Call, ...args: never[]) {
    const [row = []] = [...rows.apply(this, args)]
    return storeRecord(row)
  }

export const replicationFunctions: Scalars = {
  pg_logical_emit_message_text: function (this: Call, transactional: bigint, prefix: string, text: string) {
    return emit(this, transactional, prefix, new TextEncoder().encode(text))
  },
  pg_logical_emit_message_bytea: function (this: Call, transactional: bigint, prefix: string, content: Uint8Array) {
    return emit(this, transactional, prefix, content)
  },
  pg_current_wal_lsn: position,
  pg_current_wal_insert_lsn: position,
  pg_current_wal_flush_lsn: position,
  pg_drop_replication_slot: function (this: Call, name: string) {
    if (this.replication === undefined) throw new PgError('42704', `replication slot "${name}" does not exist`)
    this.replication.dropSlot(name)
    return ''
  },
  pg_create_logical_replication_slot: asRecord(createSlot),
  pg_replication_slot_advance: asRecord(advanceSlot),
  pg_export_snapshot: function (this: Call) {
    return replication(this).exportSnapshot()
  },
}

const orNull = (lsn: bigint | undefined): Value => (lsn === undefined ? null : lsnOf(lsn))

export const replicationRows: Readonly<Record<string, SetReturning>> = {
  pg_create_logical_replication_slot: createSlot,
  pg_replication_slot_advance: advanceSlot,
  pg_get_replication_slots: function (this: Call) {
    const slots = this.replication?.slots() ?? []
    return slots.map(({ name, plugin, temporary, activePid, confirmed, inactiveSince, failover, lost }) => [
      name,
      plugin,
      'logical',
      databaseOid(this.settings.database),
      temporary ? 1n : 0n,
      activePid === undefined ? 0n : 1n,
      activePid === undefined ? null : BigInt(activePid),
      null,
      null,
      lost ? null : lsnOf(confirmed),
      lsnOf(confirmed),
      lost ? 'lost' : 'reserved',
      null,
      0n,
      null,
      activePid === undefined ? inactiveSince : null,
      0n,
      lost ? 'wal_removed' : null,
      failover ? 1n : 0n,
      0n,
    ])
  },
  pg_stat_get_wal_senders: function (this: Call) {
    const senders = this.replication?.senders() ?? []
    return senders.map(({ pid, sent, written, flushed, applied, heardAt }) => [
      BigInt(pid),
      'streaming',
      lsnOf(sent),
      orNull(written),
      orNull(flushed),
      orNull(applied),
      null,
      null,
      null,
      0n,
      'async',
      heardAt,
    ])
  },
}
