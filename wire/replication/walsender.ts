/**
 * The walsender: replication commands, and the stream of a logical slot.
 * PostgreSQL manual, "Streaming Replication Protocol" and "Logical Streaming Replication Protocol".
 */

import { type Encoded, encodeBegin, encodeCommit, POSTGRES_EPOCH } from '../pgoutput/encode.ts'
import { type Options, outputOptions } from '../pgoutput/options.ts'
import type { CapturedRelation } from '../pgoutput/relation.ts'
import { PgoutputStream, type StreamOptions } from '../pgoutput/stream.ts'
import {
  commandComplete,
  copyBothResponse,
  copyDone,
  dataRow,
  readyForQuery,
  rowDescription,
} from '../protocol/backend.ts'
import { fatal, PgError, protocolViolation } from '../protocol/error.ts'
import { BodyReader, type Frame, FrameWriter } from '../protocol/frame.ts'
import { F } from '../protocol/frontend.ts'
import type { ClientStream } from '../server/client-stream.ts'
import type { Transaction } from './change.ts'
import type { ReplicationCommand } from './command.ts'
import { formatLsn, type Lsn } from './lsn.ts'
import type { Slot, SlotRequest } from './slot.ts'
import type { ReplicatingSession, ReplicationSource, SenderState } from './source.ts'

const TEXT = 25
const INT8 = 20

/** wal_sender_timeout: a consumer that is silent for so long is taken for dead, in milliseconds. */
const TIMEOUT = 60_000
/** Output is handed to the socket in pieces of about this many bytes. */
const CHUNK = 256 << 10

const XLOG_DATA = 'w'.charCodeAt(0)

const now = (): bigint => BigInt(Date.now()) * 1000n - POSTGRES_EPOCH

export class Walsender {
  readonly source: ReplicationSource
  readonly #session: ReplicatingSession
  readonly #pid: number
  readonly #client: ClientStream
  #streaming: Streaming | undefined

  /** @param pid of the connection */
  constructor(source: ReplicationSource, session: ReplicatingSession, pid: number, client: ClientStream) {
    this.source = source
    this.#session = session
    this.#pid = pid
    this.#client = client
  }

  get isStreaming(): boolean {
    return this.#streaming !== undefined
  }

  /** Runs a command. Its errors are the caller's to report. */
  async run(command: ReplicationCommand): Promise<void> {
    switch (command.kind) {
      case 'identify-system':
        return this.#answer(
          'IDENTIFY_SYSTEM',
          [
            ['systemid', TEXT, -1],
            ['timeline', INT8, 8],
            ['xlogpos', TEXT, -1],
            ['dbname', TEXT, -1],
          ],
          [this.source.systemIdentifier, '1', formatLsn(this.source.log.history.head), this.source.name],
        )
      case 'create-slot': {
        const request = {
          name: command.name,
          plugin: command.plugin,
          failover: command.failover,
          temporaryOwner: command.temporary ? this.#pid : undefined,
        }
        const { slot, snapshot } = await this.#create(command.snapshot, request)
        return this.#answer(
          'CREATE_REPLICATION_SLOT',
          [
            ['slot_name', TEXT, -1],
            ['consistent_point', TEXT, -1],
            ['snapshot_name', TEXT, -1],
            ['output_plugin', TEXT, -1],
          ],
          [slot.name, formatLsn(slot.confirmed), snapshot, slot.plugin],
        )
      }
      case 'drop-slot':
        await this.source.dropSlot(command.name)
        return this.#answer('DROP_REPLICATION_SLOT', [], undefined)
      case 'read-slot':
        this.source.slots.get(command.name)
        throw new PgError('0A000', 'cannot use READ_REPLICATION_SLOT with a logical replication slot')
      case 'start':
        return this.#start(command.slot, command.position, command.options)
    }
  }

  async #create(
    snapshot: 'export' | 'use' | 'nothing',
    request: Omit<SlotRequest, 'position'>,
  ): Promise<{ readonly slot: Slot; readonly snapshot: string | null }> {
    switch (snapshot) {
      case 'export':
        return this.source.createSlotWithSnapshot(request, this.#session)
      case 'use':
        return { slot: await this.source.createSlotInTransaction(request, this.#session), snapshot: null }
      case 'nothing':
        return { slot: await this.source.createSlot(request), snapshot: null }
    }
  }

  #start(name: string, position: Lsn, options: Options): void {
    const slot = this.source.slots.acquire(name, this.#pid)
    let stream: StreamOptions
    try {
      const { binary, ...wanted } = outputOptions(options)
      stream = { ...wanted, binary: binary ? (column) => this.source.binary(column) : undefined }
    } catch (error) {
      this.source.slots.release(slot)
      throw error
    }
    void this.#client.write(copyBothResponse())
    this.#streaming = new Streaming(this.source, this.#session, this.#pid, this.#client, slot, position, stream)
  }

  /** A message that came while streaming: feedback, or the end of the stream. */
  handle(frame: Frame): void {
    const streaming = this.#streaming
    if (streaming === undefined) return
    switch (frame.type) {
      case F.copyData:
        return streaming.feedback(frame.body)
      case F.copyDone:
        this.stop()
        void this.#client.write(
          Buffer.concat([
            copyDone(),
            commandComplete('COPY 0'),
            commandComplete('START_REPLICATION'),
            readyForQuery('I'),
          ]),
        )
        return
      case F.flush:
      case F.sync:
        return
      default:
        throw protocolViolation(`unexpected message type 0x${frame.type.toString(16)} during COPY`)
    }
  }

  /** Ends the stream and frees its slot. */
  stop(): void {
    this.#streaming?.stop()
    this.#streaming = undefined
  }

  #answer(
    tag: string,
    columns: readonly (readonly [name: string, typeOid: number, typeSize: number])[],
    row: readonly (string | null)[] | undefined,
  ): void {
    const parts: Buffer[] = []
    if (row !== undefined) {
      parts.push(
        rowDescription(columns.map(([name, typeOid, typeSize]) => ({ name, typeOid, typeSize }))),
        dataRow(row),
      )
    }
    parts.push(commandComplete(tag), readyForQuery(this.#session.status))
    void this.#client.write(Buffer.concat(parts))
  }
}

/** One running START_REPLICATION. */
class Streaming {
  readonly #source: ReplicationSource
  readonly #session: ReplicatingSession
  readonly #pid: number
  readonly #client: ClientStream
  readonly #slot: Slot
  readonly #output: PgoutputStream
  readonly #stopped = new AbortController()
  readonly #keepalive: NodeJS.Timeout
  #position: Lsn
  #sent: Lsn
  #written: Lsn = 0n
  #flushed: Lsn = 0n
  #applied: Lsn = 0n
  #heardAt = Date.now()
  /** The same by a clock that nobody sets. */
  #aliveAt = performance.now()
  /** What has not been given to the socket. */
  #outgoing = new FrameWriter()
  /** Relation versions that the stream has come across. */
  readonly #relations = new Map<number, CapturedRelation>()

  constructor(
    source: ReplicationSource,
    session: ReplicatingSession,
    pid: number,
    client: ClientStream,
    slot: Slot,
    position: Lsn,
    options: StreamOptions,
  ) {
    this.#source = source
    this.#session = session
    this.#pid = pid
    this.#client = client
    this.#slot = slot
    this.#output = new PgoutputStream(options)
    // what the slot has confirmed is never sent again, whatever the client asks for
    this.#position = position > slot.confirmed ? position : slot.confirmed
    this.#sent = this.#position
    session.sender = () => this.#state()
    this.#keepalive = setInterval(() => this.#checkLiveness(), TIMEOUT / 2)
    this.#keepalive.unref()
    this.#run().catch((error: unknown) => this.#fail(error))
  }

  stop(): void {
    if (this.#stopped.signal.aborted) return
    this.#stopped.abort()
    clearInterval(this.#keepalive)
    this.#session.sender = undefined
    this.#source.slots.release(this.#slot)
    this.#source.housekeeping.schedule()
  }

  /** A CopyData message from the consumer. */
  feedback(body: Buffer): void {
    const reader = new BodyReader(body)
    const kind = String.fromCharCode(reader.uint8())
    this.#heardAt = Date.now()
    this.#aliveAt = performance.now()
    if (kind === 'h' || kind === 'p') return
    if (kind !== 'r') throw protocolViolation(`unexpected message type "${kind}"`)
    const [written, flushed, applied] = [reader.uint64(), reader.uint64(), reader.uint64()]
    reader.uint64()
    // zero-cache leaves the last byte out of the picture at times; PostgreSQL requires it
    const wantsReply = reader.remaining > 0 && reader.uint8() === 1
    if (written > this.#written) this.#written = written
    if (applied > this.#applied) this.#applied = applied
    if (flushed > this.#flushed) {
      this.#flushed = flushed
      this.#source.slots.confirm(this.#slot, flushed)
      this.#source.housekeeping.schedule()
    }
    if (wantsReply) this.#sendKeepalive(false)
  }

  async #run(): Promise<void> {
    const { history } = this.#source.log
    while (!this.#stopped.signal.aborted) {
      const transaction = history.next(this.#position)
      if (transaction === undefined) {
        await this.#flush()
        if (this.#flushed < this.#sent) this.#sendKeepalive(false)
        await history.advanced(this.#stopped.signal)
        continue
      }
      await this.#transaction(transaction)
      this.#position = transaction.commitLsn + 1n
      this.#sent = transaction.endLsn
    }
  }

  /** Sends one transaction. One that the subscriber sees nothing of leaves no trace. */
  async #transaction(transaction: Transaction): Promise<void> {
    let begun = false
    const begin = (): void => {
      if (begun) return
      begun = true
      this.#data(transaction.firstLsn, encodeBegin(transaction.commitLsn, transaction.commitTime, transaction.xid))
    }
    for await (const changes of this.#source.log.changes(transaction)) {
      for (const change of changes) {
        const messages =
          'prefix' in change
            ? this.#output.message(change)
            : // there is one for each row: it does not wait for what is known
              this.#output.change(
                change,
                this.#relations.get(change.relation) ?? (await this.#relation(change.relation)),
              )
        if (messages.length > 0 && change.kind !== 'm') begin()
        for (const message of messages) this.#data(change.lsn, message)
        if (this.#outgoing.size >= CHUNK) await this.#flush()
        if (this.#stopped.signal.aborted) return
      }
    }
    const last = this.#output.finish()
    if (last.length > 0) begin()
    for (const message of last) this.#data(transaction.lastLsn, message)
    if (begun) {
      const { commitLsn, endLsn, commitTime } = transaction
      this.#data(endLsn, encodeCommit(commitLsn, endLsn, commitTime))
    }
  }

  async #relation(version: number): Promise<CapturedRelation> {
    const relation = await this.#source.log.relation(version)
    this.#relations.set(version, relation)
    return relation
  }

  /** XLogData: start and end of the WAL data, time; then the data. */
  #data(lsn: Lsn, message: Encoded): void {
    message(this.#outgoing.begin('d').uint8(XLOG_DATA).uint64(lsn).uint64(lsn).int64(now())).finish()
  }

  async #flush(): Promise<void> {
    if (this.#outgoing.size === 0) return
    const bytes = this.#outgoing.take()
    this.#outgoing = new FrameWriter(bytes.length)
    if (!this.#stopped.signal.aborted) await this.#client.write(bytes)
  }

  /** Primary keepalive message */
  #sendKeepalive(wantsReply: boolean): void {
    void this.#client.write(
      new FrameWriter()
        .begin('d')
        .text('k')
        .uint64(this.#sent)
        .int64(now())
        .uint8(wantsReply ? 1 : 0)
        .finish()
        .take(),
    )
  }

  #checkLiveness(): void {
    if (performance.now() - this.#aliveAt > TIMEOUT) {
      this.#session.terminate(fatal('08006', 'terminating walsender process due to replication timeout'))
    } else this.#sendKeepalive(true)
  }

  #fail(error: unknown): void {
    if (this.#stopped.signal.aborted) return
    const reason = error instanceof PgError ? error : new PgError('XX000', String(error))
    this.#session.terminate(new PgError(reason.code, reason.message, reason.fields, 'FATAL'))
  }

  #state(): SenderState {
    const told = (lsn: Lsn): Lsn | undefined => (lsn === 0n ? undefined : lsn)
    return {
      pid: this.#pid,
      sent: this.#sent,
      written: told(this.#written),
      flushed: told(this.#flushed),
      applied: told(this.#applied),
      heardAt: new Date(this.#heardAt),
    }
  }
}
