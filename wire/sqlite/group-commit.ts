/**
 * Commits reach the disk together. SQLite writes them to its WAL (synchronous = NORMAL: what is there is always whole), and
 * one flush makes durable all that have been written since the last. Until then nobody is told of them, neither who has
 * committed nor who has read what was. Manual: "WAL Configuration" (commit_delay, commit_siblings); after XLogFlush.
 */
import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'
import { errorResponse } from '../protocol/backend.ts'
import { fatal, type PgError } from '../protocol/error.ts'
import type { ClientStream } from '../server/client-stream.ts'

/** So many messages of one session in a row show that it is alone. */
const ALONE = 32

interface Waiting {
  /** How many commits must be on disk. */
  readonly commits: number
  readonly act: (failure: PgError | undefined) => void
}

export class GroupCommit {
  readonly #path: string
  readonly #onFailure: (error: Error) => void
  #file: number | undefined
  #written = 0
  #durable = 0
  #isFlushing = false
  #isClosed = false
  /** In the order of their commits. */
  #waiting: Waiting[] = []
  #failure: PgError | undefined
  #last: object | undefined
  /** Messages that are still to come from one session alone before it is taken to be. */
  #company = 0

  /**
   * @param path of the database
   * @param onFailure is told when the disk has failed
   */
  constructor(path: string, onFailure: (error: Error) => void) {
    this.#path = `${path}-wal`
    this.#onFailure = onFailure
  }

  /** A message of a session has come. */
  heard(session: object): void {
    if (session !== this.#last) this.#company = ALONE
    else if (this.#company > 0) this.#company--
    this.#last = session
  }

  /** Something has been committed. @throws PgError 58030 where it cannot be made durable */
  committed(): void {
    this.#written++
    if (this.#company > 0 || this.#isFlushing) this.#flush()
    // nobody else is kept waiting, and threads cost time as well
    else this.#flushNow()
    if (this.#failure !== undefined) throw this.#failure
  }

  /** A client who is told nothing before what it rests on is durable. */
  client(stream: ClientStream): ClientStream {
    /** How many pieces wait for the disk. */
    let held = 0
    const whenDurable = (act: (failure: PgError | undefined) => void): void => {
      held++
      this.#waiting.push({
        commits: this.#written,
        act: (failure) => {
          held--
          act(failure)
        },
      })
      // whoever waits is never left without a flush to come
      if (!this.#isFlushing) this.#flush()
    }
    const isFree = (): boolean => held === 0 && this.#durable === this.#written
    return {
      write: (bytes) => {
        if (isFree()) return stream.write(bytes)
        return new Promise((resolve) => {
          whenDurable((failure) => {
            if (failure !== undefined) stream.end(errorResponse(failure))
            void Promise.resolve(failure === undefined ? stream.write(bytes) : undefined).then(resolve)
          })
        })
      },
      end: (bytes) => {
        if (isFree()) stream.end(bytes)
        else whenDurable((failure) => stream.end(failure === undefined ? bytes : errorResponse(failure)))
      },
    }
  }

  /** No session is open any more. */
  close(): void {
    this.#isClosed = true
    if (this.#isFlushing || this.#file === undefined) return
    closeSync(this.#file)
    this.#file = undefined
  }

  /** The WAL stays the same file as long as there is a connection. */
  #open(): number {
    this.#file ??= openSync(this.#path, 'r+')
    return this.#file
  }

  #flushNow(): void {
    if (this.#failure !== undefined) return
    try {
      fdatasyncSync(this.#open())
      this.#reached(this.#written)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #flush(): void {
    if (this.#isFlushing) return
    if (this.#failure !== undefined) return this.#tell(this.#waiting.length, this.#failure)
    const upTo = this.#written
    try {
      fdatasync(this.#open(), (error) => {
        this.#isFlushing = false
        if (error !== null) return this.#fail(error)
        this.#reached(upTo)
        if (this.#isClosed) this.close()
        else if (this.#written > upTo || this.#waiting.length > 0) this.#flush()
      })
      this.#isFlushing = true
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  /** So many commits are on disk. */
  #reached(commits: number): void {
    this.#durable = commits
    const due = this.#waiting.findIndex((each) => each.commits > commits)
    this.#tell(due < 0 ? this.#waiting.length : due, undefined)
  }

  #tell(count: number, failure: PgError | undefined): void {
    for (const { act } of this.#waiting.splice(0, count)) act(failure)
  }

  /** What is in SQLite's WAL may be lost: nobody goes on with it (data_sync_retry is off). */
  #fail({ message }: Error): void {
    this.#failure = fatal('58030', `could not fsync file "${this.#path}": ${message}`)
    this.#tell(this.#waiting.length, this.#failure)
    this.#onFailure(this.#failure)
  }
}
