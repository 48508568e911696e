/** Which notices a client is told of (client_min_messages). Manual: "Error Reporting and Logging". */
import type { Notice } from '../../compiler/bind/statement.ts'

/** From the least severe on. */
const SEVERITIES = ['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'log', 'notice', 'warning', 'error']

/** @param least the setting client_min_messages */
export const toldNotices = (least: string, notices: readonly Notice[]): Notice[] =>
  notices.filter(
    ({ severity }) =>
      severity === 'INFO' || SEVERITIES.indexOf(severity.toLowerCase()) >= SEVERITIES.indexOf(least.toLowerCase()),
  )
