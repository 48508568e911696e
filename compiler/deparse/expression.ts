/**
 * A typed expression as SQL, to the letter as PostgreSQL shows it: pg_get_expr, pg_get_constraintdef, pg_get_indexdef.
 * After get_rule_expr in ruleutils.c.
 */
import { unsupported } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import type { Value } from '../tree/value.ts'
import { codecOf } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { functionName } from './name.ts'

interface Deparse {
  readonly env: Environment
  /** Casts that were implied are shown. */
  readonly implicit: boolean
  /** Parentheses that the grammar does not need are left out (PRETTYFLAG_PAREN). */
  readonly pretty: boolean
}

/** What get_rule_expr puts parentheses around unless they are not wanted. */
const enclosed = ({ pretty }: Deparse, text: string): string => (pretty ? text : `(${text})`)

/** A part of an expression, in parentheses where pretty printing would change its meaning (get_rule_expr_paren). */
const part = (deparse: Deparse, arg: Expr, parent: Expr): string => {
  const text = show(deparse, arg)
  return deparse.pretty && !isSimple(arg, parent) ? `(${text})` : text
}

const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`

const typeText = ({ env }: Deparse, type: number, typmod: number): string =>
  type === OID.bpchar && typmod < 0 ? 'bpchar' : formatType(env.catalog, type, typmod, env.settings.searchPath)

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
  const shown = constant({ env, implicit: false, pretty: false }, { kind: 'const', value, type, typmod: -1 })
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
  const { fn, args, operator } = expr
  const within = { ...deparse, implicit: true }
  if (expr.cast !== undefined && args[0] !== undefined)
    return isHidden(deparse, expr.cast) ? part(deparse, args[0], expr) : cast(deparse, args[0], expr)
  if (operator !== undefined) {
    const [left, right] = args.map((arg) => part(within, arg, expr))
    return enclosed(deparse, right === undefined ? `${operator} ${left}` : `${left} ${operator} ${right}`)
  }
  const shown = args.map((arg) => show(within, arg))
  if (expr.variadic) throw unsupported('the text of a VARIADIC call')
  const special = SQL_SYNTAX.has(fn.source)
  if (special) throw unsupported(`the text of ${fn.name}()`)
  return `${functionName(deparse.env, fn)}(${shown.join(', ')})`
}

/** Functions that the grammar writes in another way: EXTRACT, AT TIME ZONE, OVERLAY … (get_func_sql_syntax). */
const SQL_SYNTAX: ReadonlySet<string> = new Set([
  'timestamptz_zone',
  'timestamp_zone',
  'timetz_zone',
  'extract_date',
  'extract_time',
  'extract_timestamp',
  'extract_timestamptz',
  'extract_interval',
  'overlaps_timestamp',
  'textoverlay',
  'textoverlay_no_len',
  'textpos',
  'text_substr',
  'text_substr_no_len',
  'btrim',
  'btrim1',
  'ltrim',
  'ltrim1',
  'rtrim',
  'rtrim1',
])

const show = (deparse: Deparse, expr: Expr): string => {
  const within = { ...deparse, implicit: false }
  switch (expr.kind) {
    case 'const':
      return constant(deparse, expr)
    case 'column':
      return quoteIdentifier(expr.range.columns[expr.index]?.name ?? '')
    case 'call':
      return call(deparse, expr)
    case 'relabel':
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
      const [left, array] = [part(shown, expr.left, expr), part(shown, expr.array, expr)]
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
  const array = `ARRAY[${items.map((item) => show(shown, item)).join(', ')}]`
  return enclosed(deparse, `${part(shown, left, expr)} ${negated ? '<> ALL' : '= ANY'} (${array})`)
}

/** Whether two binary operators in each other need parentheses: only arithmetic is known not to. */
const isSimpleOperator = (arg: Expr & { kind: 'call' }, parent: Expr & { kind: 'call' }): boolean => {
  const level = ({ operator = '', args }: Expr & { kind: 'call' }): number =>
    args.length !== 2 || operator.length !== 1 ? 0 : '+-'.includes(operator) ? 1 : '*/%'.includes(operator) ? 2 : 0
  const [inner, outer] = [level(arg), level(parent)]
  if (inner === 0 || outer === 0) return false
  return inner > outer || (inner === outer && parent.args[0] === arg)
}

/** What has brackets of its own around it (isSimpleNode). */
const BRACKETED: ReadonlySet<Expr['kind']> = new Set([
  'array',
  'row',
  'coalesce',
  'greatest',
  'least',
  'aggregate',
  'window',
  'case',
])

/** Whether a part needs no parentheses beside what is around it (isSimpleNode with PRETTYFLAG_PAREN). */
const isSimple = (arg: Expr, parent: Expr): boolean => {
  const inCall = parent.kind === 'call' && parent.operator === undefined && parent.cast === undefined
  const inLogic = parent.kind === 'and' || parent.kind === 'or' || parent.kind === 'not'
  const isHeld = inCall || inLogic || BRACKETED.has(parent.kind)
  switch (arg.kind) {
    case 'const':
    case 'column':
    case 'param':
    case 'placeholder':
    case 'sqlValue':
      return true
    case 'relabel':
    case 'ioCast':
      return isSimple(arg.arg, arg)
    case 'and':
    case 'or':
    case 'not':
      if (parent.kind === 'and' || parent.kind === 'or') return arg.kind !== 'or' || parent.kind === 'or'
      return inCall || BRACKETED.has(parent.kind)
    case 'call':
      if (arg.operator === undefined) return true
      if (parent.kind === 'call' && parent.operator !== undefined) return isSimpleOperator(arg, parent)
      return isHeld
    case 'isNull':
    case 'isNotNull':
    case 'booleanTest':
      return isHeld
    default:
      return BRACKETED.has(arg.kind)
  }
}

/**
 * @param pretty without the parentheses that are not needed
 * @throws PgError 0A000 for what its text is not known of
 */
export const deparseExpression = (env: Environment, expr: Expr, pretty = false): string =>
  show({ env, implicit: false, pretty }, expr)
