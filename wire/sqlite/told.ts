/** Which notices a client is told of (client_min_messages). Manual: "Error Reporting and Logging". */
import type { Plan } from '../../compiler/plan.ts'
import { type Notice, PgError } from '../protocol/error.ts'

/** From the least severe on. */
const SEVERITIES = ['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'log', 'notice', 'warning', 'error']

/** @param least the setting client_min_messages */
export const toldNotices = (least: string, notices: readonly Notice[]): Notice[] =>
  notices.filter(
    ({ severity }) =>
      severity === 'INFO' || SEVERITIES.indexOf(severity.toLowerCase()) >= SEVERITIES.indexOf(least.toLowerCase()),
  )

/** Executes a plan. What the client was to be told of with its outcome, it is told of before an error too. */
export const telling = <Outcome>(plan: Plan, raised: Notice[], execute: () => Outcome): Outcome => {
  try {
    return execute()
  } catch (error) {
    // which tables a TRUNCATE cascades to is told when those that it names have been locked
    const notices = plan.kind === 'definition' && plan.truncated !== undefined ? [] : plan.notices
    raised.unshift(...notices.filter((notice) => !raised.includes(notice)))
    throw error
  }
}

/** Does something of which the client is told beforehand, whatever becomes of it. */
export const warning = <Outcome>(notices: readonly Notice[], work: () => Outcome): Outcome => {
  try {
    return work()
  } catch (error) {
    if (error instanceof PgError) error.before = [...notices, ...error.before]
    throw error
  }
}
