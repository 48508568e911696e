/**
 * A typed expression as SQL, to the letter as PostgreSQL shows it: pg_get_expr, pg_get_constraintdef, pg_get_indexdef.
 * After get_rule_expr in ruleutils.c.
 */
import { unsupported } from '../../wire/protocol/error.ts'
import { sameExpression } from '../bind/function.ts'
import { recordShape } from '../bind/record-shape.ts'
import { collationName } from '../catalog/collation.ts'
import { formatTypeGiven } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr, Subquery, SubqueryTest } from '../tree/expression.ts'
import type { WindowDefinition } from '../tree/query.ts'
import type { Value } from '../tree/value.ts'
import { children } from '../tree/walk.ts'
import { codecOf } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { aggregateCall, functionCall, windowCall } from './call.ts'
import { finish, INDENT, keyword } from './layout.ts'
import { queryText } from './query.ts'
import { columnName, NO_RANGES, type RangeNames } from './range-name.ts'
import { isSimple } from './simple.ts'

export interface Deparse {
  readonly env: Environment
  /** Casts that were implied are shown. */
  readonly implicit: boolean
  /** Parentheses that the grammar does not need are left out (PRETTYFLAG_PAREN). */
  readonly pretty: boolean
  /** The names of the FROM items around. */
  readonly ranges: RangeNames
  /** Of the query at hand. */
  readonly windows: readonly WindowDefinition[]
  readonly targets: readonly { readonly expr: Expr; readonly name: string }[]
  /** Columns that the query at hand is indented by. */
  readonly level: number
  /** A column of a select list, by itself. */
  readonly topLevel?: boolean
  /** A column that is sorted by, which must not be taken for one of the select list. */
  readonly sorting?: boolean
  /** The same in GROUP BY, where the select list comes second. */
  readonly grouping?: boolean
  /** The text is to be read again, not to be shown: what has two forms has the one that says more. */
  readonly reread?: boolean
  /** A constant shows its type in any case. */
  readonly labelled?: boolean
}

/** What get_rule_expr puts parentheses around unless they are not wanted. */
const enclosed = ({ pretty }: Deparse, text: string): string => (pretty ? text : `(${text})`)

/** A part of an expression, in parentheses where pretty printing would change its meaning (get_rule_expr_paren). */
export const part = (deparse: Deparse, arg: Expr, parent: Expr): string => {
  const text = show(deparse, arg)
  return deparse.pretty && !isSimple(arg, parent) ? `(${text})` : text
}

/** An expression by itself. */
const plain = (env: Environment, pretty: boolean): Deparse => ({
  env,
  pretty,
  implicit: false,
  ranges: NO_RANGES,
  windows: [],
  targets: [],
  level: 0,
})

/** A text as SQL writes it. */
export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`

const typeText = ({ env }: Deparse, type: number, typmod: number): string =>
  formatTypeGiven(env.catalog, type, typmod, env.settings.searchPath)

/** A constant with its type in any case. */
const labelledConstant = (deparse: Deparse, expr: Expr & { kind: 'const' }): string => {
  const text = constant(deparse, expr)
  return text.includes('::') ? text : `${text}::${typeText(deparse, expr.type, expr.typmod)}`
}

const constant = (deparse: Deparse, { value, type, typmod }: Expr & { kind: 'const' }): string => {
  if (value === null) return `NULL::${typeText(deparse, type, typmod)}`
  const text = codecOf(deparse.env, type).output(value, deparse.env)
  const labelled = `${quoteLiteral(text)}::${typeText(deparse, type, typmod)}`
  switch (type) {
    case OID.int4:
      return /^\d+$/.test(text) ? text : labelled
    case OID.numeric:
      return /^[\d.]+$/.test(text) && text.includes('.') ? text : labelled
    case OID.bool:
      return text === 't' ? 'true' : 'false'
    case OID.unknown:
      return quoteLiteral(text)
    default:
      return labelled
  }
}

/** A constant without its type, as bounds of partitions show it (get_const_expr with showtype -1). */
export const constantText = (env: Environment, value: Value, type: number): string => {
  if (value === null) return 'NULL'
  const shown = constant(plain(env, false), { kind: 'const', value, type, typmod: -1 })
  return shown.startsWith("'") ? quoteLiteral(codecOf(env, type).output(value, env)) : shown
}

/** An argument in parentheses, but for what needs none: constants, columns, calls (isSimpleNode with PRETTY off). */
const cast = (deparse: Deparse, arg: Expr, parent: Expr): string => {
  const { type, typmod } = parent
  if (arg.kind === 'const' && arg.value !== null && arg.type === type && arg.typmod < 0) {
    // A constant that has been given a length shows its type once (get_coercion_expr).
    const text = codecOf(deparse.env, type).output(arg.value, deparse.env)
    return `${quoteLiteral(text)}::${typeText(deparse, type, typmod)}`
  }
  const within = { ...deparse, implicit: false }
  const text = part(within, arg, parent)
  const bare = arg.kind === 'const' && !text.startsWith('(') && arg.type === type
  return `${bare ? text : enclosed(deparse, text)}::${typeText(deparse, type, typmod)}`
}

const isHidden = ({ implicit }: Deparse, form: string | undefined): boolean => form !== 'explicit' && !implicit

const call = (deparse: Deparse, expr: Expr & { kind: 'call' }): string => {
  const { args, operator } = expr
  const within = { ...deparse, implicit: true }
  if (expr.cast !== undefined && args[0] !== undefined)
    return isHidden(deparse, expr.cast) ? part(deparse, args[0], expr) : cast(deparse, args[0], expr)
  if (operator !== undefined) {
    const [left, right] = (expr.shown ?? args).map((arg) => part(within, arg, expr))
    return enclosed(deparse, right === undefined ? `${operator} ${left}` : `${left} ${operator} ${right}`)
  }
  return functionCall(deparse, expr)
}

/** A column, with the name of what it is of where there are several, or where it could be taken for another. */
const columnText = (
  { env, ranges, targets, grouping }: Deparse,
  expr: Expr & { kind: 'column' },
  sorting: boolean,
): string => {
  const name = columnName(env.catalog, expr.range, expr.index)
  const isTaken =
    sorting && !grouping && targets.some((target) => target.name === name && !sameExpression(target.expr, expr))
  const owner = ranges.prefixed || isTaken ? ranges.of.get(expr.range) : undefined
  return owner === undefined ? quoteIdentifier(name) : `${quoteIdentifier(owner)}.${quoteIdentifier(name)}`
}

const caseText = (deparse: Deparse, expr: Expr & { kind: 'case' }): string => {
  const [within, shown] = [false, true].map((implicit) => ({ ...deparse, implicit })) as [Deparse, Deparse]
  if (expr.nullIf !== undefined) return `NULLIF(${expr.nullIf.map((arg) => show(shown, arg)).join(', ')})`
  const deeper = { ...deparse, level: deparse.level + INDENT.list }
  const { subject } = expr
  const test = (when: Expr): string => {
    if (subject === undefined) return show({ ...deeper, implicit: false }, when)
    const right = when.kind === 'call' && when.operator !== undefined ? when.args[1] : undefined
    if (right === undefined) throw unsupported('the text of this CASE')
    return show({ ...deeper, implicit: false }, right)
  }
  const whens = expr.whens.map(({ when, result }) =>
    keyword(deeper.level, `WHEN ${test(when)} THEN ${show({ ...deeper, implicit: true }, result)}`),
  )
  const head = keyword(
    within.level,
    `CASE${subject === undefined ? '' : ` ${show({ ...deeper, implicit: true }, subject)}`}`,
  )
  const last = keyword(deeper.level, `ELSE ${show({ ...deeper, implicit: true }, expr.otherwise)}`)
  return head + whens.join('') + last + keyword(within.level, 'END')
}

/** A subquery in an expression (get_sublink_expr). */
const subqueryText = (deparse: Deparse, expr: Subquery | SubqueryTest): string => {
  const query = queryText(deparse, expr.query, deparse.ranges, { visible: false })
  switch (expr.kind) {
    case 'exists':
      return `(EXISTS (${query}))`
    case 'scalar':
      return `(${query})`
    case 'arrayOf':
      return `ARRAY(${query})`
    case 'subqueryTest': {
      const shown = { ...deparse, implicit: true }
      const { lefts, operator, all, test } = expr
      const [left] = test.kind === 'call' ? test.args : lefts
      if (lefts.length !== 1 || left === undefined) throw unsupported('the text of a comparison of rows with a query')
      const word = all ? `${operator} ALL` : operator === '=' ? 'IN' : `${operator} ANY`
      return `(${show(shown, left)} ${word} (${query}))`
    }
    default:
      return expr satisfies never
  }
}

const subscriptText = (
  deparse: Deparse,
  { base, slice, lower, upper, assign }: Expr & { kind: 'subscript' },
): string => {
  if (assign !== undefined) throw unsupported('the text of an assignment to an element')
  const within = { ...deparse, implicit: false }
  const text = show({ ...deparse, implicit: true }, base)
  const bound = (expr: Expr | undefined): string => (expr === undefined ? '' : show(within, expr))
  const brackets = upper.map((last, at) => (slice ? `[${bound(lower[at])}:${bound(last)}]` : `[${bound(last)}]`))
  return `${base.kind === 'column' || base.kind === 'field' ? text : `(${text})`}${brackets.join('')}`
}

export const show = (given: Deparse, expr: Expr): string => {
  const { topLevel = false, sorting = false, labelled = false, ...deparse } = given
  const within = { ...deparse, implicit: false }
  if (expr.merged !== undefined) return quoteIdentifier(expr.merged)
  switch (expr.kind) {
    case 'const':
      return labelled ? labelledConstant(deparse, expr) : constant(deparse, expr)
    case 'column':
      return columnText(deparse, expr, sorting)
    case 'wholeRow': {
      const row = `${quoteIdentifier(deparse.ranges.of.get(expr.range) ?? '')}.*`
      return topLevel ? `${row}::${typeText(deparse, expr.type, expr.typmod)}` : row
    }
    case 'aggregate':
      return aggregateCall(deparse, expr)
    case 'window':
      return windowCall(deparse, expr)
    case 'grouping':
      return `GROUPING(${expr.args.map((arg) => show({ ...deparse, implicit: true }, arg)).join(', ')})`
    case 'exists':
    case 'scalar':
    case 'arrayOf':
    case 'subqueryTest':
      return subqueryText(deparse, expr)
    case 'case':
      return caseText(deparse, expr)
    case 'distinctFrom': {
      const shown = { ...deparse, implicit: true }
      const test = enclosed(
        deparse,
        `${part(shown, expr.left, expr)} IS DISTINCT FROM ${part(shown, expr.right, expr)}`,
      )
      return expr.negated ? enclosed(deparse, `NOT ${deparse.pretty ? `(${test})` : test}`) : test
    }
    case 'rowComparison': {
      const pairs = [...expr.fields.map(({ less }) => less), expr.last]
      const row = (side: 0 | 1): string =>
        pairs.map((pair) => show({ ...deparse, implicit: true }, children(pair)[side] as Expr)).join(', ')
      const { last } = expr
      if (last.kind !== 'call') throw unsupported('the text of this comparison of rows')
      return `(ROW(${row(0)}) ${last.operator} ROW(${row(1)}))`
    }
    case 'row': {
      const fields = expr.fields.map((field) => show({ ...deparse, implicit: true, topLevel: true }, field))
      const type = expr.type === OID.record ? '' : `::${typeText(deparse, expr.type, expr.typmod)}`
      return `ROW(${fields.join(', ')})${type}`
    }
    case 'field': {
      const { arg, index } = expr
      const name = recordShape(deparse.env.catalog, arg)?.[index]?.name
      if (name === undefined) throw unsupported('the text of this field')
      const text = show({ ...deparse, implicit: true }, arg)
      return `${arg.kind === 'subscript' || arg.kind === 'field' ? text : `(${text})`}.${quoteIdentifier(name)}`
    }
    case 'subscript':
      return subscriptText(deparse, expr)
    case 'call':
      return call(deparse, expr)
    case 'relabel':
      if (expr.collation !== undefined)
        return enclosed(
          deparse,
          `${part(deparse, expr.arg, expr)} COLLATE ${quoteIdentifier(collationName(expr.collation))}`,
        )
      return isHidden(deparse, expr.cast) ? part(deparse, expr.arg, expr) : cast(deparse, expr.arg, expr)
    case 'arrayCast':
      return isHidden(deparse, expr.cast) ? part(deparse, expr.arg, expr) : cast(deparse, expr.arg, expr)
    case 'ioCast':
      return isHidden(deparse, expr.explicit ? 'explicit' : 'implicit')
        ? part(deparse, expr.arg, expr)
        : cast(deparse, expr.arg, expr)
    case 'and':
    case 'or':
      return enclosed(
        deparse,
        expr.args.map((arg) => part(within, arg, expr)).join(expr.kind === 'and' ? ' AND ' : ' OR '),
      )
    case 'not':
      return enclosed(deparse, `NOT ${part(within, expr.arg, expr)}`)
    case 'isNull':
    case 'isNotNull':
      return enclosed(
        deparse,
        `${part({ ...deparse, implicit: true }, expr.arg, expr)} IS ${expr.kind === 'isNull' ? 'NULL' : 'NOT NULL'}`,
      )
    case 'booleanTest': {
      const test = expr.test.replace(/[A-Z]/, (letter) => ` ${letter}`).toUpperCase()
      return enclosed(deparse, `${part(within, expr.arg, expr)} IS ${test}`)
    }
    case 'placeholder':
      return 'VALUE'
    case 'arrayTest': {
      const shown = { ...deparse, implicit: true }
      const [left, given] = [part(shown, expr.left, expr), part(shown, expr.array, expr)]
      // Otherwise it would be read as ANY of the query's rows.
      const array = expr.array.kind === 'scalar' ? `${given}::${typeText(deparse, expr.array.type, -1)}` : given
      return enclosed(deparse, `${left} ${expr.operator.name} ${expr.all ? 'ALL' : 'ANY'} (${array})`)
    }
    case 'inList':
      return inList(deparse, expr)
    case 'coalesce':
      return `COALESCE(${expr.args.map((arg) => show({ ...deparse, implicit: true }, arg)).join(', ')})`
    case 'greatest':
    case 'least':
      return `${expr.kind.toUpperCase()}(${expr.args.map((arg) => show({ ...deparse, implicit: true }, arg)).join(', ')})`
    case 'array':
      if (expr.elements.length === 0) return `ARRAY[]::${typeText(deparse, expr.type, expr.typmod)}`
      return `ARRAY[${expr.elements.map((element) => show({ ...deparse, implicit: true }, element)).join(', ')}]`
    case 'sqlValue':
      return expr.name.toUpperCase() + (expr.typmod >= 0 ? `(${expr.typmod})` : '')
    default:
      throw unsupported(`the text of this expression (${expr.kind})`)
  }
}

/** `a IN (constants)`, which is `a = ANY (ARRAY[…])` to PostgreSQL when there are several (transformAExprIn). */
const inList = (deparse: Deparse, expr: Expr & { kind: 'inList' }): string => {
  const { left, items, negated } = expr
  const isPlain = items.every(({ kind, type }) => kind === 'const' && type === left.type)
  if (!isPlain || items.length < 2) throw unsupported('the text of this IN')
  const shown = { ...deparse, implicit: true }
  const list = items.map((item) => show(shown, item)).join(', ')
  if (deparse.reread) return enclosed(deparse, `${part(shown, left, expr)} ${negated ? 'NOT IN' : 'IN'} (${list})`)
  const array = `ARRAY[${list}]`
  return enclosed(deparse, `${part(shown, left, expr)} ${negated ? '<> ALL' : '= ANY'} (${array})`)
}

/**
 * @param pretty without the parentheses that are not needed
 * @param ranges the names of the rows that its columns are of
 * @throws PgError 0A000 for what its text is not known of
 */
export const deparseExpression = (env: Environment, expr: Expr, pretty = false, ranges = NO_RANGES): string =>
  finish(show({ ...plain(env, pretty), ranges }, expr))
