/** Replication as the statements of one session see it. Manual: "Replication Management Functions". */
import type { Replication as SqlReplication } from '../../../compiler/types/environment.ts'
import { POSTGRES_EPOCH } from '../../pgoutput/encode.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import type { Capture } from './capture.ts'
import type { Replication } from './replication.ts'

const moment = (date: Date): bigint => BigInt(date.getTime()) * 1000n - POSTGRES_EPOCH

export interface ReplicationUser {
  readonly pid: number
  readonly capture: Capture
  /** For whom exported snapshots stay valid. */
  readonly owner: object
  /** A block is open. */
  inBlock(): boolean
  /** What the session sees is what has been committed last. */
  isCurrent(): boolean
}

export const sessionReplication = (replication: Replication, user: ReplicationUser): SqlReplication => {
  const { slots, log, senders, snapshots } = replication
  return {
    get position() {
      return log.history.head
    },
    emit: (transactional, prefix, content) => user.capture.message(transactional, prefix, content),
    slots: () =>
      slots.all.map(({ name, plugin, temporaryOwner, failover, activePid, confirmed, inactiveSince, lost }) => ({
        name,
        plugin,
        temporary: temporaryOwner !== undefined,
        failover,
        activePid,
        confirmed,
        inactiveSince: moment(inactiveSince),
        lost,
      })),
    senders: () =>
      [...senders.values()].flatMap(({ sender }) => {
        const state = sender?.()
        return state === undefined ? [] : [{ ...state, heardAt: moment(state.heardAt) }]
      }),
    createSlot: ({ temporary, ...request }) => {
      if (user.capture.hasWritten)
        throw new PgError('25001', 'cannot create logical replication slot in transaction that has performed writes')
      const slot = slots.create({
        ...request,
        temporaryOwner: temporary ? user.pid : undefined,
        position: log.history.head,
      })
      if (!temporary) replication.save()
      return slot.confirmed
    },
    dropSlot: (name) => {
      slots.drop(name)
      replication.save()
      replication.housekeeping.schedule()
    },
    advanceSlot: (name, upTo) => {
      const position = slots.advance(name, upTo, log.history.head)
      replication.save()
      return position
    },
    exportSnapshot: () => {
      if (!user.isCurrent()) throw unsupported('exporting a snapshot that is older than what has been committed last')
      const name = snapshots.export(user.owner)
      if (!user.inBlock()) snapshots.release(user.owner)
      return name
    },
  }
}
