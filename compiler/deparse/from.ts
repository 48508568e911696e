/** FROM as SQL. After get_from_clause_item in ruleutils.c. */
import { unsupported } from '../../wire/protocol/error.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import type { Expr } from '../tree/expression.ts'
import type { FromNode, RangeEntry, TableFunction } from '../tree/query.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { functionCall } from './call.ts'
import { type Deparse, show } from './expression.ts'
import { INDENT, keyword } from './layout.ts'
import { qualifiedName } from './name.ts'
import { queryText } from './query.ts'
import { columnName, isGone, relationOf } from './range-name.ts'

const call = (deparse: Deparse, expr: Expr): string =>
  expr.kind === 'call' && expr.operator === undefined && expr.cast === undefined
    ? functionCall(deparse, expr)
    : show({ ...deparse, implicit: true }, expr)

const functions = (deparse: Deparse, list: readonly TableFunction[], ordinality: boolean): string => {
  if (list.some(({ record, composite, call: { type } }) => record || (composite && type === 2249)))
    throw unsupported('the text of a function in FROM that returns records')
  const suffix = ordinality ? ' WITH ORDINALITY' : ''
  const [only] = list
  if (list.length === 1 && only !== undefined) return call(deparse, only.call) + suffix
  const isUnnest = list.every(({ call: it }) => it.kind === 'call' && it.fn.source === 'array_unnest')
  if (!isUnnest) return `ROWS FROM(${list.map((each) => call(deparse, each.call)).join(', ')})${suffix}`
  const args = list.flatMap(({ call: it }) => (it.kind === 'call' ? it.args : []))
  return `UNNEST(${args.map((arg) => show({ ...deparse, implicit: true }, arg)).join(', ')})${suffix}`
}

/** A FROM item without its alias, and the name that it has by itself. */
const sourceText = (deparse: Deparse, range: RangeEntry): readonly [text: string, name?: string] => {
  const { source, written } = range
  const relation = relationOf(deparse.env.catalog, range)
  if (relation !== undefined)
    return [`${written?.only ? 'ONLY ' : ''}${qualifiedName(deparse.env, relation)}`, relation.name]
  switch (source.kind) {
    case 'cte':
      return [quoteIdentifier(source.cte.name), source.cte.name]
    case 'subquery':
      return [`${source.lateral ? 'LATERAL ' : ''}(${queryText(deparse, source.query, deparse.ranges)})`]
    case 'functions':
      return [`${source.lateral ? 'LATERAL ' : ''}${functions(deparse, source.functions, source.ordinality)}`]
    default:
      throw unsupported('the text of this FROM item')
  }
}

/** Names without those at the end that the columns have anyhow: there may be fewer of these when the text is read again. */
const withoutLast = (names: readonly string[], relation: RelationInfo | undefined): readonly string[] => {
  const last = names.findLastIndex((name, at) => name !== relation?.columns[at]?.name)
  return relation === undefined ? names : names.slice(0, last + 1)
}

const rangeText = (deparse: Deparse, range: RangeEntry): string => {
  const [text, own] = sourceText(deparse, range)
  const { source, written, columns } = range
  const name = deparse.ranges.of.get(range) ?? ''
  const alias = written?.aliased || name !== own ? ` ${quoteIdentifier(name)}` : ''
  if (
    new Set(columns.map((column) => column.name)).size < columns.length &&
    (source.kind === 'subquery' || source.kind === 'functions')
  )
    throw unsupported('the text of columns with the same name')
  const real = source.kind === 'table' ? source.relation : source.kind === 'subquery' ? source.view : undefined
  const isListed =
    source.kind === 'functions' ||
    (real === undefined
      ? written?.renamed === true
      : columns.some((column, at) => column.name !== real.columns[at]?.name))
  const all = columns.flatMap((_, at) =>
    isGone(deparse.env.catalog, range, at) ? [] : [columnName(deparse.env.catalog, range, at)],
  )
  const names = deparse.reread ? withoutLast(all, relationOf(deparse.env.catalog, range)) : all
  return `${text}${alias}${isListed ? `(${names.map(quoteIdentifier).join(', ')})` : ''}`
}

const JOINS = {
  inner: ' JOIN ',
  left: ' LEFT JOIN ',
  right: ' RIGHT JOIN ',
  full: ' FULL JOIN ',
  cross: ' CROSS JOIN ',
} as const

/** Whether columns of a side of a join are not called as they were when it was bound. */
const isRenamed = ({ env }: Deparse, node: FromNode, using: readonly string[]): boolean =>
  node.kind === 'join'
    ? isRenamed({ env } as Deparse, node.left, using) || isRenamed({ env } as Deparse, node.right, using)
    : node.range.columns.some(
        ({ name }, at) => using.includes(name) && columnName(env.catalog, node.range, at) !== name,
      )

/** @param level columns that the clauses of the query are indented by */
export const fromText = (deparse: Deparse, node: FromNode, level: number): string => {
  if (node.kind === 'range') return rangeText(deparse, node.range)
  const { join, left, right, on, using } = node
  const right_ = fromText(deparse, right, level)
  const within = deparse.pretty && right.kind === 'join' ? `(${right_})` : right_
  const condition = (): string => {
    if (using !== undefined && [left, right].some((side) => isRenamed(deparse, side, using)))
      throw unsupported('the text of USING with columns of another name')
    if (using !== undefined) return ` USING (${using.map(quoteIdentifier).join(', ')})`
    if (on === undefined) return join === 'cross' ? '' : ' ON TRUE'
    const test = show({ ...deparse, implicit: false }, on)
    return deparse.pretty ? ` ON ${test}` : ` ON (${test})`
  }
  const text =
    fromText(deparse, left, level) + keyword(level - INDENT.clause, JOINS[join], INDENT.join) + within + condition()
  return deparse.pretty ? text : `(${text})`
}
