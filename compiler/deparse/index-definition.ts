/** pg_get_indexdef(): an index as the command that makes it. After pg_get_indexdef_worker in ruleutils.c. */
import type { Node } from '@pgsql/types'
import { unsupported } from '../../wire/protocol/error.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import { indexText, known } from '../system/definition.ts'
import { findIndex } from '../system/indexes.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { columnNames, shownName } from './name.ts'

/** A key that is an expression: in parentheses unless it looks like a call (looks_like_function). */
export const keyExpression = (key: Node, text: string): string =>
  ['FuncCall', 'CoalesceExpr', 'MinMaxExpr'].some((kind) => kind in key) ? text : `(${text})`

/** pg_get_indexdef. @param column of the index, from 1, or 0 for all of it */
export const indexDefinition = (env: Environment, oid: bigint, column: number, isPretty: boolean): string | null => {
  const index = findIndex(env.catalog, Number(oid))
  if (index === undefined) {
    if (oid < BigInt(FIRST_USER_OID)) throw unsupported('the definition of a built-in index')
    return null
  }
  const { relation, keys, included, storage, unique, name, nullsNotDistinct } = index
  const shown = keys.map((number, at) => {
    const key = index.index?.keys[at]
    if (number !== 0 || typeof key !== 'object') return columnNames(relation, [number])
    return keyExpression(key, known(indexText(env, relation, key, 'index expression'), isPretty))
  })
  if (column > keys.length) return columnNames(relation, included.slice(column - keys.length - 1, column - keys.length))
  if (column > 0) return shown[column - 1] ?? ''
  const order = (at: number): string => {
    const option = index.index?.options?.[at] ?? 0
    return ['', ' DESC NULLS LAST', ' NULLS FIRST', ' DESC'][option] ?? ''
  }
  const ofClass = (at: number): string => {
    const name = index.index?.classes?.[at]
    return name === undefined ? '' : ` ${quoteIdentifier(name)}`
  }
  const collation = (at: number): string => {
    const name = index.index?.collations?.[at]
    return name === undefined ? '' : ` COLLATE ${quoteIdentifier(name)}`
  }
  const list = shown.map((key, at) => key + collation(at) + ofClass(at) + order(at)).join(', ')
  const beside = included.length === 0 ? '' : ` INCLUDE (${columnNames(relation, included)})`
  const options = storage.map(
    (each) => `${quoteIdentifier(each.slice(0, each.indexOf('=')))}='${each.slice(each.indexOf('=') + 1)}'`,
  )
  const parameters = options.length === 0 ? '' : ` WITH (${options.join(', ')})`
  const { predicate } = index.index ?? {}
  const test = predicate === undefined ? '' : known(indexText(env, relation, predicate, 'index predicate'), isPretty)
  const where = test === '' ? '' : ` WHERE ${test}`
  const table = shownName(env, relation, isPretty)
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(name)} ON ${relation.kind === 'p' ? 'ONLY ' : ''}${table} USING ${index.index?.method ?? 'btree'} (${list})${beside}${nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''}${parameters}${where}`
}
