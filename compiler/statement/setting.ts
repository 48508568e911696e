/** SET, RESET and SHOW. Only settings whose effect is known are accepted. */

import type { DiscardStmt, Node, VariableSetStmt, VariableShowStmt } from '@pgsql/types'
import { unsupported } from '../../wire/protocol/error.ts'
import { refuseAt } from '../lower/context.ts'
import type { SettingPlan } from '../plan.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { common, outsideTransaction, type StatementContext } from './context.ts'
import { transactionModes } from './transaction.ts'

const textOf = (node: Node): string | undefined => {
  if ('A_Const' in node) {
    const { sval, ival, fval, boolval } = node.A_Const
    if (sval !== undefined) return sval.sval ?? ''
    if (ival !== undefined) return String(ival.ival ?? 0)
    if (fval !== undefined) return fval.fval ?? '0'
    if (boolval !== undefined) return boolval.boolval ? 'on' : 'off'
  }
  if ('TypeCast' in node) return node.TypeCast.arg && textOf(node.TypeCast.arg)
  return undefined
}

/** The values of a SET, list items quoted where they need it. */
export const planSet = (context: StatementContext, node: VariableSetStmt): SettingPlan => {
  const { kind, name = '', args = [], is_local: local = false } = node
  const position = { position: context.position }
  switch (kind) {
    case 'VAR_SET_VALUE': {
      const values = args.map(textOf)
      if (values.includes(undefined)) throw unsupported(`this value of ${name}`, position)
      const isList = name.toLowerCase() === 'search_path'
      return {
        kind: 'setting',
        setting: {
          action: 'set',
          name: name.toLowerCase(),
          value: values.map((value) => (isList ? quoteIdentifier(value ?? '') : value)).join(', '),
          local,
        },
        ...common(context, 'SET'),
      }
    }
    case 'VAR_SET_DEFAULT':
      return {
        kind: 'setting',
        setting: { action: 'set', name: name.toLowerCase(), value: undefined, local },
        ...common(context, 'SET'),
      }
    case 'VAR_RESET':
      return {
        kind: 'setting',
        setting: { action: 'set', name: name.toLowerCase(), value: undefined, local: false },
        ...common(context, 'RESET'),
      }
    case 'VAR_RESET_ALL':
      return { kind: 'setting', setting: { action: 'reset all' }, ...common(context, 'RESET') }
    case 'VAR_SET_MULTI': {
      if (name === 'TRANSACTION SNAPSHOT')
        return {
          kind: 'setting',
          setting: { action: 'snapshot', id: args.map(textOf)[0] ?? '' },
          ...common(context, 'SET'),
        }
      if (name !== 'TRANSACTION' && name !== 'SESSION CHARACTERISTICS') throw unsupported(`SET ${name}`, position)
      const action = name === 'TRANSACTION' ? 'transaction' : 'characteristics'
      return { kind: 'setting', setting: { action, modes: transactionModes(context, args) }, ...common(context, 'SET') }
    }
    default:
      throw unsupported(`SET ${name}`, position)
  }
}

const DISCARDED = {
  DISCARD_ALL: ['all', 'DISCARD ALL'],
  DISCARD_PLANS: ['plans', 'DISCARD PLANS'],
  DISCARD_SEQUENCES: ['sequences', 'DISCARD SEQUENCES'],
  DISCARD_TEMP: ['temp', 'DISCARD TEMP'],
} as const

/** DISCARD: what a session has made for itself is forgotten. Manual: "DISCARD". @throws PgError 25001, 0A000 */
export const planDiscard = (context: StatementContext, { target = 'DISCARD_ALL' }: DiscardStmt): SettingPlan => {
  const [what, tag] = DISCARDED[target]
  if (what === 'all') outsideTransaction(context, tag)
  const { relations, types } = context.statement.catalog.contents
  const hasTemporary = [...relations.values(), ...types.values()].some(({ schema }) => schema === 'pg_temp_0')
  const dropsTemporary = (what === 'all' || what === 'temp') && hasTemporary
  return { kind: 'setting', setting: { action: 'discard', what, dropsTemporary }, ...common(context, tag) }
}

/** @throws PgError 0A000 for SHOW ALL, whose half says how a server is installed */
export const planShow = (context: StatementContext, { name = '' }: VariableShowStmt): SettingPlan => {
  if (name.toLowerCase() === 'all') throw refuseAt('SHOW ALL', context.position)
  return { kind: 'setting', setting: { action: 'show', name: name.toLowerCase() }, ...common(context, 'SHOW') }
}
