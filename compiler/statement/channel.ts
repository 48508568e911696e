/** LISTEN, UNLISTEN and NOTIFY. Manual: "LISTEN", "NOTIFY"; after async.c. */
import type * as Ast from '@pgsql/types'
import { checkNotification } from '../functions/notification.ts'
import type { ChannelPlan } from '../plan.ts'
import { common, type StatementContext } from './context.ts'

export const planListen = (context: StatementContext, { conditionname = '' }: Ast.ListenStmt): ChannelPlan => ({
  kind: 'channel',
  change: { action: 'listen', channel: conditionname },
  ...common(context, 'LISTEN'),
})

export const planUnlisten = (context: StatementContext, { conditionname }: Ast.UnlistenStmt): ChannelPlan => ({
  kind: 'channel',
  change: { action: 'unlisten', channel: conditionname === '' ? undefined : conditionname },
  ...common(context, 'UNLISTEN'),
})

/** @throws PgError 22023 */
export const planNotify = (
  context: StatementContext,
  { conditionname = '', payload = '' }: Ast.NotifyStmt,
): ChannelPlan => {
  checkNotification(conditionname, payload)
  return {
    kind: 'channel',
    change: { action: 'notify', channel: conditionname, payload },
    ...common(context, 'NOTIFY'),
  }
}
