/**
 * pg_sleep(): while a session sleeps the others go on, so the statement is left, and executed again afterwards. That is what
 * PostgreSQL does only where a statement does nothing else. Manual: "Delaying Execution".
 */
import { onlyTarget, type ParsedStatement } from '../../compiler/parse.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import { LONGEST_DELAY } from '../server/timeouts.ts'

const FUNCTIONS: ReadonlySet<unknown> = new Set(['pg_sleep', 'pg_sleep_for', 'pg_sleep_until'])

/** A session wants to sleep. */
export class SleepWanted extends PgError {
  /** Milliseconds. */
  readonly duration: number

  constructor(duration: number) {
    super('0A000', 'pg_sleep() here is not supported')
    this.duration = duration
  }
}

interface CallTree {
  readonly funcname?: readonly { readonly String?: { readonly sval?: string } }[]
  readonly args?: readonly object[]
}

/** Whether a statement calls one of the functions, with what is no subquery, and nothing else. */
export const onlySleeps = (parsed: ParsedStatement): boolean => {
  const { FuncCall: call } = (onlyTarget(parsed) ?? {}) as { readonly FuncCall?: CallTree }
  return (
    call !== undefined &&
    FUNCTIONS.has(call.funcname?.at(-1)?.String?.sval) &&
    (call.args ?? []).every((arg) => 'A_Const' in arg || 'TypeCast' in arg || 'ParamRef' in arg)
  )
}

/** Whether and how often the statement at hand may sleep. */
export class Sleep {
  #isAllowed = false
  #hasSlept = false

  /** A statement begins. */
  begin(parsed: ParsedStatement): void {
    this.#isAllowed = onlySleeps(parsed)
    this.#hasSlept = false
  }

  /** The statement may go on. */
  slept(): void {
    this.#hasSlept = true
  }

  /** @param seconds none for no more than 0 @throws SleepWanted the first time; PgError 0A000 */
  readonly want = (seconds: number): void => {
    if (!this.#isAllowed) throw unsupported('pg_sleep() beside anything else')
    if (!this.#hasSlept && seconds > 0) throw new SleepWanted(seconds * 1000)
  }
}

/** Resolves after so many milliseconds, or fails when what else is waited for does. */
export const sleepFor = async (duration: number, cancelled: Promise<never>): Promise<void> => {
  for (let left = duration; left > 0; left -= LONGEST_DELAY) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, Math.min(left, LONGEST_DELAY))
    try {
      await Promise.race([promise, cancelled])
    } finally {
      clearTimeout(timer)
    }
  }
}
