/** A query as SQL, to the letter as pg_get_viewdef shows it. After get_select_query_def in ruleutils.c. */
import { unsupported } from '../../wire/protocol/error.ts'
import type { Expr } from '../tree/expression.ts'
import type { Cte, FromNode, Query, SetNode, Target } from '../tree/query.ts'
import { queryRanges } from '../tree/walk-query.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { direction, sortValue, windowText } from './call.ts'
import { type Deparse, show } from './expression.ts'
import { fromText } from './from.ts'
import { beginsLine, finish, INDENT, keyword } from './layout.ts'
import { columnName, type RangeNames, rangeNames } from './range-name.ts'

interface Naming {
  /** The names of the columns, where they are not the query's own. */
  readonly columns?: readonly string[] | undefined
  /** Columns are called by their names also where nothing depends on it. */
  readonly visible: boolean
}

const isVisible = ({ hidden }: Target): boolean => !hidden

/** What a column is called if nothing says so. */
const ownName = ({ env }: Deparse, expr: Expr, { visible }: Naming): string | undefined => {
  if (expr.kind === 'column') return columnName(env.catalog, expr.range, expr.index)
  if (expr.merged !== undefined) return expr.merged
  return visible ? undefined : '?column?'
}

const targetText = (deparse: Deparse, { expr }: Target, name: string, naming: Naming): string => {
  const text = show({ ...deparse, implicit: true, topLevel: true }, expr)
  return ownName(deparse, expr, naming) === name ? text : `${text} AS ${quoteIdentifier(name)}`
}

const targetList = (deparse: Deparse, targets: readonly Target[], naming: Naming, level: number): string =>
  targets
    .map((target, at) => {
      const text = targetText(deparse, target, naming.columns?.[at] ?? target.name, naming)
      if (at === 0) return ` ${text}`
      return `, ${beginsLine(text) ? text : keyword(level - INDENT.clause, text, INDENT.list)}`
    })
    .join('')

/** The rows of a query that is VALUES and nothing else. */
const plainValues = (query: Query, { columns }: Naming): readonly (readonly Expr[])[] | undefined => {
  const [from] = query.from
  const range = from?.kind === 'range' ? from.range : undefined
  if (range?.source.kind !== 'values') return undefined
  const isPlain =
    query.targets.length === range.columns.length &&
    query.targets.every(({ name, hidden }, at) => !hidden && (columns?.[at] ?? name) === range.columns[at]?.name)
  if (!isPlain) throw unsupported('the text of this VALUES')
  return range.source.rows
}

const clause = (level: number, word: string, text: string, plus: number): string =>
  keyword(level - INDENT.clause, word, plus) + text

const plainText = (deparse: Deparse, query: Query, naming: Naming, level: number): string => {
  const values = plainValues(query, naming)
  const within = { ...deparse, implicit: false }
  if (values !== undefined)
    return ` VALUES ${values.map((row) => `(${row.map((value) => show({ ...within, topLevel: true }, value)).join(',')})`).join(', ')}`
  let text = ' SELECT'
  if (query.distinct?.on)
    text += ` DISTINCT ON (${query.distinct.targets.map((at) => sortValue(deparse, query.targets[at]?.expr as Expr)).join(', ')})`
  else if (query.distinct) text += ' DISTINCT'
  text += targetList(deparse, query.targets.filter(isVisible), naming, level)
  query.from.forEach((node, at) => {
    const item = fromText(deparse, node, level)
    text += at === 0 ? clause(level, ' FROM ', item, 2) : `, ${keyword(level - INDENT.clause, item, INDENT.list)}`
  })
  if (query.where !== undefined) text += clause(level, ' WHERE ', show(within, query.where), 1)
  if (query.group !== undefined) {
    if (!query.group.plain) throw unsupported('the text of grouping sets')
    const grouping = { ...deparse, grouping: true }
    text += clause(level, ' GROUP BY ', query.group.expressions.map((expr) => sortValue(grouping, expr)).join(', '), 1)
  }
  if (query.having !== undefined) text += clause(level, ' HAVING ', show(within, query.having), 0)
  const named = query.windows.filter(({ name }) => name !== undefined)
  if (named.length > 0) {
    const list = named.map((window) => `${quoteIdentifier(window.name ?? '')} AS ${windowText(deparse, window)}`)
    text += clause(level, ' WINDOW ', list.join(', '), 1)
  }
  return text
}

const setText = (deparse: Deparse, branch: SetNode | Query, naming: Naming, level: number): string => {
  if (branch.kind === 'query') {
    const text = queryText(deparse, branch, deparse.ranges, naming, level)
    const isHeld = branch.ctes.length > 0 || branch.orderBy.length > 0 || branch.locking || setOf(branch) !== undefined
    return isHeld || branch.limit !== undefined || branch.offset !== undefined ? `(${text})` : text
  }
  const { left, right } = branch.given ?? branch
  const isOther = left.kind === 'set' && (left.operator !== branch.operator || left.all !== branch.all)
  const deeper = level + INDENT.clause
  const first = isOther
    ? `(${keyword(deeper, '')}${setText(deparse, left, naming, deeper)}${keyword(level, ') ')}`
    : setText(deparse, left, naming, level) + keyword(level, '')
  const operator = `${branch.operator.toUpperCase()} ${branch.all ? 'ALL ' : ''}`
  const hidden = { ...naming, visible: false }
  const second =
    right.kind === 'set'
      ? `(${keyword(deeper, '')}${setText(deparse, right, hidden, deeper)}${keyword(level, ')')}`
      : keyword(level, '') + setText(deparse, right, hidden, level)
  return first + operator + second
}

const setOf = (query: Query): SetNode | undefined => {
  const [from] = query.from
  return from?.kind === 'range' && from.range.source.kind === 'set' ? from.range.source.set : undefined
}

const MATERIALIZED = { default: '', always: 'MATERIALIZED ', never: 'NOT MATERIALIZED ' } as const

const withText = (deparse: Deparse, ctes: readonly Cte[], recursive: boolean, level: number): string => {
  const deeper = level + INDENT.clause
  const list = ctes.map(({ name, given = [], materialized, query }) => {
    if (query === undefined) throw unsupported('the text of this WITH')
    const columns = given.length > 0 ? `(${given.map(quoteIdentifier).join(', ')})` : ''
    const text = queryText(deparse, query, deparse.ranges, { visible: true }, deeper)
    return `${quoteIdentifier(name)}${columns} AS ${MATERIALIZED[materialized]}(${keyword(deeper, '')}${text}${keyword(deeper, '')})`
  })
  return ` WITH ${recursive ? 'RECURSIVE ' : ''}${list.join(', ')}${keyword(level, '')}`
}

const usingNames = (node: FromNode): string[] =>
  node.kind === 'range' ? [] : [...(node.using ?? []), ...usingNames(node.left), ...usingNames(node.right)]

/** A merged column that is none of a table has its name for itself in the query: others would get new ones (set_using_names). */
const requirePlainNames = (query: Query): void => {
  const names = query.from.flatMap(usingNames)
  if (!names.some((name) => isDangerous(query, name))) return
  const columns = queryRanges(query).flatMap((range) => range.columns.map(({ name }) => name))
  for (const name of new Set(names)) {
    const expected = 2 * names.filter((each) => each === name).length
    if (names.filter((each) => each === name).length > 1 || columns.filter((each) => each === name).length > expected)
      throw unsupported('the text of merged columns beside others of the name')
  }
}

/** Whether a column of USING is no column of a table. */
const isDangerous = ({ from }: Query, name: string): boolean => {
  const visit = (node: FromNode): boolean =>
    node.kind === 'join' &&
    ((node.using?.includes(name) && (node.join === 'full' || node.coerced?.includes(name) === true)) ||
      visit(node.left) ||
      visit(node.right))
  return from.some(visit)
}

/**
 * A query within another one, or by itself.
 * @param outer the names around it; undefined for a query by itself
 * @param level columns that it is indented by
 */
export const queryText = (
  around: Pick<Deparse, 'env' | 'pretty'> & Partial<Deparse>,
  query: Query,
  outer: RangeNames | undefined,
  naming: Naming = { visible: true },
  level = around.level ?? 0,
): string => {
  const set = setOf(query)
  const deparse: Deparse = {
    env: around.env,
    pretty: around.pretty,
    implicit: false,
    ranges: rangeNames(around.env.catalog, query, outer, around.reread),
    windows: query.windows,
    targets: query.targets
      .filter(isVisible)
      .map(({ expr, name }, at) => ({ expr, name: naming.columns?.[at] ?? name })),
    ...(around.reread ? { reread: true } : {}),
    level: set === undefined ? level + INDENT.clause : level,
  }
  requirePlainNames(query)
  if (query.locking) throw unsupported('the text of FOR UPDATE')
  const own = deparse.level
  let text = query.ctes.length > 0 ? withText({ ...deparse, level }, query.ctes, query.recursive === true, level) : ''
  text += set === undefined ? plainText(deparse, query, naming, own) : setText(deparse, set, naming, level)
  if (query.orderBy.length > 0) {
    const keys = query.orderBy.map((key) => {
      const target = query.targets[key.target]
      const value = set === undefined ? sortValue(deparse, target?.expr as Expr) : String(key.target + 1)
      return value + direction(key)
    })
    text += clause(own, ' ORDER BY ', keys.join(', '), 1)
  }
  if (query.offset !== undefined) text += clause(own, ' OFFSET ', show(deparse, query.offset), 0)
  if (query.limit !== undefined) {
    const { limit } = query
    const isAll = limit.kind === 'const' && limit.value === null
    text += query.withTies
      ? clause(own, ' FETCH FIRST ', `(${show(deparse, limit)}) ROWS WITH TIES`, 0)
      : clause(own, ' LIMIT ', isAll ? 'ALL' : show(deparse, limit), 0)
  }
  return text
}

/** The same to be read again, by a catalog in which things may have other names. */
export const storedText = (env: Environment, query: Query, columns: readonly string[]): string =>
  finish(queryText({ env, pretty: false, reread: true }, query, undefined, { columns, visible: true }))

/**
 * The definition of a view.
 * @param columns the names of the view's columns
 * @throws PgError 0A000 for what its text is not known of
 */
export const viewText = (env: Environment, query: Query, columns: readonly string[], pretty: boolean): string =>
  `${finish(queryText({ env, pretty }, query, undefined, { columns, visible: true }))};`
