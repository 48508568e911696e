/**
 * What PostgreSQL answers, on its way to the client: matched with what is expected, with the session's own
 * exchanges taken out and names put back into the client's.
 */
import {
  B,
  commandComplete,
  decodeParameterStatus,
  decodeReadyForQuery,
  decodeReport,
  encodeReport,
  errorResponse,
  parameterStatus,
  type TransactionStatus,
} from '../protocol/backend.ts'
import { PgError } from '../protocol/error.ts'
import type { Frame } from '../protocol/frame.ts'
import { Expectations } from './expectations.ts'
import { joinNeighbours } from './join-neighbours.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import type { SessionEffect } from './statement.ts'

export interface AnswerListener {
  /** A statement has succeeded. */
  completed(effects: readonly SessionEffect[], tag: string): void
  /** A portal has come to its row limit, and stays open. */
  suspended(): void
  /** COPY FROM STDIN ignores the Syncs that were sent ahead. */
  syncsIgnored(): void
  /** A statement or message of the client has failed. */
  failed(): void
  /** What the client is told instead of an error: another one, 'nothing', or undefined for the error itself. */
  insteadOf(code: string): PgError | 'nothing' | undefined
  /** PostgreSQL waits for the next message. Returns false if the client is not to know. */
  ready(status: TransactionStatus, failed: boolean): boolean
}

export class Answers {
  readonly expected = new Expectations()
  readonly #listener: AnswerListener
  readonly #statements: PreparedStatements
  #status: TransactionStatus = 'I'
  #failed = false
  #ignoring = false
  #copy: 'none' | 'sent' | 'running' = 'none'
  #waiters: (() => void)[] = []
  #abandoned = false
  /** Settings as the client was last told them. */
  #reported: Map<string, string> = new Map()
  /** Notifications that wait until no transaction is open. */
  #notifications: Buffer[] = []

  constructor(statements: PreparedStatements, listener: AnswerListener) {
    this.#statements = statements
    this.#listener = listener
  }

  get status(): TransactionStatus {
    return this.#status
  }

  set status(status: TransactionStatus) {
    this.#status = status
  }

  /** PostgreSQL has reported an error in an extended-protocol message, and skips all up to Sync. */
  get isIgnoring(): boolean {
    return this.#ignoring
  }

  /** PostgreSQL takes the client's messages as data. */
  get isCopying(): boolean {
    return this.#copy === 'running'
  }

  /** Sync has been sent. */
  stopIgnoring(): void {
    this.#ignoring = false
  }

  /** A COPY FROM STDIN has been sent; PostgreSQL has yet to take it. */
  copySent(): void {
    this.#copy = 'sent'
  }

  /** The client has ended the data. */
  copyEnded(): void {
    this.#copy = 'none'
    this.#wake()
  }

  /** What the client has been told of its settings at start-up. */
  noteReported(settings: ReadonlyMap<string, string>): void {
    this.#reported = new Map(settings)
  }

  /** Tells the client of a setting, unless it knows. */
  report(name: string, value: string, write: (bytes: Buffer) => void): void {
    if (this.#reported.get(name) === value) return
    this.#reported.set(name, value)
    write(parameterStatus(name, value))
  }

  /** A notification for when no transaction is open. */
  hold(notification: Buffer): void {
    this.#notifications.push(notification)
  }

  /** Nobody waits for answers any more. */
  abandon(): void {
    this.#abandoned = true
    this.#wake()
  }

  /** Resolves when PostgreSQL owes nothing more, or nobody waits any more. */
  allTaken(): Promise<void> {
    return this.#until(() => this.expected.isEmpty)
  }

  /** The same, even if nobody else waits any more. */
  async drained(): Promise<void> {
    while (!this.expected.isEmpty) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  /** Resolves when the outcome of all extended-protocol messages is known, Sync aside. */
  extendedTaken(): Promise<void> {
    return this.#until(() => !this.expected.hasExtended)
  }

  /** Resolves when it is known whether a COPY FROM STDIN has begun. */
  copyKnown(): Promise<void> {
    return this.#until(() => this.#copy !== 'sent')
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.#abandoned) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake()
  }

  /** Takes what has come. Returns what the client is to be sent, if anything, and whether somebody waited for it. */
  take(frames: readonly Frame[]): { out: Buffer | undefined; awaited: boolean } {
    const out: Buffer[] = []
    for (const frame of frames) this.#take(frame, out)
    const awaited = this.#waiters.length > 0
    this.#wake()
    return { out: out.length === 0 ? undefined : joinNeighbours(out), awaited }
  }

  #take(frame: Frame, out: Buffer[]): void {
    switch (frame.type) {
      case B.parseComplete:
      case B.closeComplete:
        if (this.expected.take('ack')?.forward !== false) out.push(frame.raw)
        return
      case B.bindComplete:
        this.expected.take('bound')
        break
      case B.rowDescription:
      case B.noData:
        this.expected.take('described')
        break
      case B.copyIn:
        this.#copy = 'running'
        if (this.expected.dropSyncs()) this.#listener.syncsIgnored()
        break
      case B.error:
        return this.#error(frame, out)
      case B.commandComplete: {
        const tag = frame.body.toString('latin1', 0, frame.body.length - 1)
        const completion = this.expected.take('completion')
        if (completion?.forward === false) return
        const effects = completion?.effects ?? []
        this.#listener.completed(effects, tag)
        const reset = effects.find((effect) => effect.kind === 'reset-authorization')
        out.push(reset === undefined ? frame.raw : commandComplete(reset.tag))
        return
      }
      case B.notice:
        out.push(this.#located(frame, decodeReport(frame.body)))
        return
      case B.portalSuspended:
        this.#listener.suspended()
        this.expected.take('completion')
        break
      case B.emptyQuery:
        this.expected.take('completion')
        break
      case B.parameterStatus:
        if (!this.#isNews(frame)) return
        break
      case B.readyForQuery:
        return this.#ready(frame, out)
    }
    out.push(frame.raw)
  }

  /** PGlite reports some settings again that have not changed. */
  #isNews(frame: Frame): boolean {
    const { name, value } = decodeParameterStatus(frame.body)
    // DISCARD ALL resets it to nothing; the session then makes it the login role's again
    if (name === 'session_authorization' && value === '') return false
    if (this.#reported.get(name) === value) return false
    this.#reported.set(name, value)
    return true
  }

  #error(frame: Frame, out: Buffer[]): void {
    this.#copy = 'none'
    this.#failed = true
    if (this.expected.isOwn) {
      this.expected.fail()
      return
    }
    const fields = decodeReport(frame.body)
    const code = fields.get('C') ?? 'XX000'
    const { refusal } = this.expected
    const instead = refusal !== undefined && code !== '25P02' ? refusal : this.#listener.insteadOf(code)
    if (instead === 'nothing') return
    this.#listener.failed()
    if (this.expected.fail()) this.#ignoring = true
    if (instead !== undefined) {
      out.push(errorResponse(instead))
      return
    }
    const message = fields.get('M') ?? ''
    const inClientsNames = this.#statements.inClientsNames(message)
    out.push(
      inClientsNames === message ? this.#located(frame, fields) : errorResponse(new PgError(code, inClientsNames)),
    )
  }

  /** An error or notice with the position that it has in the client's text. */
  #located(frame: Frame, fields: ReadonlyMap<string, string>): Buffer {
    const position = fields.get('P')
    if (position === undefined) return frame.raw
    const original = String(this.expected.original(Number(position)))
    return original === position ? frame.raw : encodeReport(frame.type, new Map(fields).set('P', original))
  }

  #ready(frame: Frame, out: Buffer[]): void {
    const ready = this.expected.takeReady()
    this.#copy = 'none'
    this.#status = decodeReadyForQuery(frame)
    const failed = this.#failed
    this.#failed = false
    if (!this.#listener.ready(this.#status, failed) || ready?.forward === false) return
    if (this.#status === 'I') out.push(...this.#notifications.splice(0))
    out.push(frame.raw)
  }
}
