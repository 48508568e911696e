/**
 * A typed expression as SQL, to the letter as PostgreSQL shows it: pg_get_expr, pg_get_constraintdef, pg_get_indexdef.
 * After get_rule_expr in ruleutils.c.
 */
import { unsupported } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import { codecOf } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'

interface Deparse {
  readonly env: Environment
  /** Casts that were implied are shown. */
  readonly implicit: boolean
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

/** An argument in parentheses, but for what needs none: constants, columns, calls (isSimpleNode with PRETTY off). */
const cast = (deparse: Deparse, arg: Expr, type: number, typmod: number): string => {
  if (arg.kind === 'const' && arg.value !== null && arg.type === type && arg.typmod < 0) {
    // A constant that has been given a length shows its type once (get_coercion_expr).
    const text = codecOf(deparse.env, type).output(arg.value, deparse.env)
    return `${quoteLiteral(text)}::${typeText(deparse, type, typmod)}`
  }
  const text = show({ ...deparse, implicit: false }, arg)
  const bare = arg.kind === 'const' && !text.startsWith('(') && arg.type === type
  return `${bare ? text : `(${text})`}::${typeText(deparse, type, typmod)}`
}

const isHidden = ({ implicit }: Deparse, form: string | undefined): boolean => form !== 'explicit' && !implicit

const functionName = ({ env }: Deparse, fn: { readonly schema: string; readonly name: string }): string =>
  fn.schema === 'pg_catalog' || env.settings.searchPath.includes(fn.schema)
    ? quoteIdentifier(fn.name)
    : `${quoteIdentifier(fn.schema)}.${quoteIdentifier(fn.name)}`

const call = (deparse: Deparse, expr: Expr & { kind: 'call' }): string => {
  const { fn, args, operator } = expr
  const within = { ...deparse, implicit: true }
  if (expr.cast !== undefined && args[0] !== undefined)
    return isHidden(deparse, expr.cast) ? show(deparse, args[0]) : cast(deparse, args[0], expr.type, expr.typmod)
  const shown = args.map((arg) => show(within, arg))
  if (operator !== undefined) {
    const [left, right] = shown
    return right === undefined ? `(${operator} ${left})` : `(${left} ${operator} ${right})`
  }
  if (expr.variadic) throw unsupported('the text of a VARIADIC call')
  const special = SQL_SYNTAX.has(fn.source)
  if (special) throw unsupported(`the text of ${fn.name}()`)
  return `${functionName(deparse, fn)}(${shown.join(', ')})`
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
      return isHidden(deparse, expr.cast) ? show(deparse, expr.arg) : cast(deparse, expr.arg, expr.type, expr.typmod)
    case 'ioCast':
      return isHidden(deparse, expr.explicit ? 'explicit' : 'implicit')
        ? show(deparse, expr.arg)
        : cast(deparse, expr.arg, expr.type, expr.typmod)
    case 'and':
    case 'or':
      return `(${expr.args.map((arg) => show(within, arg)).join(expr.kind === 'and' ? ' AND ' : ' OR ')})`
    case 'not':
      return `(NOT ${show(within, expr.arg)})`
    case 'isNull':
    case 'isNotNull':
      return `(${show({ ...deparse, implicit: true }, expr.arg)} IS ${expr.kind === 'isNull' ? 'NULL' : 'NOT NULL'})`
    case 'booleanTest': {
      const test = expr.test.replace(/[A-Z]/, (letter) => ` ${letter}`).toUpperCase()
      return `(${show(within, expr.arg)} IS ${test})`
    }
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

/** @throws PgError 0A000 for what its text is not known of */
export const deparseExpression = (env: Environment, expr: Expr): string => show({ env, implicit: false }, expr)
