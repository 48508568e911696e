/** BEGIN, COMMIT, ROLLBACK and savepoints. Manual: "Transactions". */
import type { TransactionStmt } from '@pgsql/types'
import { unsupported } from '../../wire/protocol/error.ts'
import type { TransactionAction, TransactionPlan } from '../plan.ts'
import { common, type StatementContext } from './context.ts'

const ACTIONS: Readonly<Record<string, readonly [tag: string, action: TransactionAction['action']]>> = {
  TRANS_STMT_BEGIN: ['BEGIN', 'begin'],
  TRANS_STMT_START: ['START TRANSACTION', 'begin'],
  TRANS_STMT_COMMIT: ['COMMIT', 'commit'],
  TRANS_STMT_ROLLBACK: ['ROLLBACK', 'rollback'],
  TRANS_STMT_SAVEPOINT: ['SAVEPOINT', 'savepoint'],
  TRANS_STMT_RELEASE: ['RELEASE', 'release'],
  TRANS_STMT_ROLLBACK_TO: ['ROLLBACK', 'rollback to'],
}

export const planTransaction = (context: StatementContext, node: TransactionStmt): TransactionPlan => {
  const { kind = '', savepoint_name: name = '', options = [], chain = false } = node
  const known = ACTIONS[kind]
  if (known === undefined || chain) throw unsupported(chain ? 'AND CHAIN' : kind, { position: context.position })
  for (const option of options) {
    if (!('DefElem' in option)) continue
    const { defname, arg } = option.DefElem
    const value = arg !== undefined && 'A_Const' in arg ? (arg.A_Const.sval?.sval ?? arg.A_Const.ival?.ival) : undefined
    if (defname === 'transaction_isolation') continue
    if (defname === 'transaction_read_only' && (value === 0 || value === undefined)) continue
    throw unsupported(`${defname} of a transaction`, { position: context.position })
  }
  const [tag, action] = known
  const transaction = (name === '' ? { action } : { action, name }) as TransactionAction
  return { kind: 'transaction', transaction, chain, ...common(context, tag) }
}
