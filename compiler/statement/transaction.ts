/** BEGIN, COMMIT, ROLLBACK and savepoints. Manual: "Transactions". */
import type { Node, TransactionStmt } from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { TransactionModes } from '../bind/settings.ts'
import type { TransactionAction, TransactionPlan } from '../plan.ts'
import { common, type StatementContext } from './context.ts'

const TAGS: Readonly<Record<string, string>> = {
  TRANS_STMT_BEGIN: 'BEGIN',
  TRANS_STMT_START: 'START TRANSACTION',
  TRANS_STMT_COMMIT: 'COMMIT',
  TRANS_STMT_ROLLBACK: 'ROLLBACK',
  TRANS_STMT_SAVEPOINT: 'SAVEPOINT',
  TRANS_STMT_RELEASE: 'RELEASE',
  TRANS_STMT_ROLLBACK_TO: 'ROLLBACK',
}

const ISOLATION_LEVELS = ['serializable', 'repeatable read', 'read committed', 'read uncommitted'] as const

/** @throws PgError 22023 */
export const isolationLevel = (name: string, value: string): TransactionModes['isolation'] => {
  const level = ISOLATION_LEVELS.find((known) => known === value.toLowerCase())
  if (level === undefined)
    throw new PgError('22023', `invalid value for parameter "${name}": "${value}"`, {
      hint: 'Available values: serializable, repeatable read, read committed, read uncommitted.',
    })
  return level
}

/** The modes that a statement names. */
export const transactionModes = (
  { position }: StatementContext,
  options: readonly Node[],
): Partial<TransactionModes> => {
  let modes: Partial<TransactionModes> = {}
  for (const option of options) {
    if (!('DefElem' in option)) throw unsupported('this mode of a transaction', { position })
    const { defname = '', arg } = option.DefElem
    const constant = arg !== undefined && 'A_Const' in arg ? arg.A_Const : undefined
    const on = constant?.ival?.ival === 1
    if (defname === 'transaction_isolation')
      modes = { ...modes, isolation: isolationLevel(defname, constant?.sval?.sval ?? '') }
    else if (defname === 'transaction_read_only') modes = { ...modes, readOnly: on }
    else if (defname === 'transaction_deferrable') modes = { ...modes, deferrable: on }
    else throw unsupported(`${defname} of a transaction`, { position })
  }
  return modes
}

const actionOf = (context: StatementContext, { kind, savepoint_name, options = [] }: TransactionStmt) => {
  const name = savepoint_name ?? ''
  switch (kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return { action: 'begin', modes: transactionModes(context, options) } as const
    case 'TRANS_STMT_COMMIT':
      return { action: 'commit' } as const
    case 'TRANS_STMT_ROLLBACK':
      return { action: 'rollback' } as const
    case 'TRANS_STMT_SAVEPOINT':
      return { action: 'savepoint', name } as const
    case 'TRANS_STMT_RELEASE':
      return { action: 'release', name } as const
    case 'TRANS_STMT_ROLLBACK_TO':
      return { action: 'rollback to', name } as const
    default:
      throw unsupported(String(kind), { position: context.position })
  }
}

export const planTransaction = (context: StatementContext, node: TransactionStmt): TransactionPlan => ({
  kind: 'transaction',
  transaction: actionOf(context, node) satisfies TransactionAction,
  chain: node.chain ?? false,
  ...common(context, TAGS[node.kind ?? ''] ?? ''),
})
