/** SQL inside PL/pgSQL: compiled with the function's variables, and compiled again when their types have changed. */
import type { Node } from '@pgsql/types'
import { scanSync } from 'libpg-query'
import { bindExpression } from '../../../compiler/bind/expression.ts'
import { assignPart } from '../../../compiler/bind/part-assignment.ts'
import { captureVariable } from '../../../compiler/bind/variable.ts'
import { compileValue } from '../../../compiler/compile.ts'
import { onlyTarget, type ParsedStatement, parse, parseExpressions } from '../../../compiler/parse.ts'
import type { Plan } from '../../../compiler/plan.ts'
import type { Expression } from '../../../compiler/plpgsql/tree.ts'
import type { OutputColumn } from '../../../compiler/tree/query.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import { utf8 } from '../../protocol/utf8.ts'
import type { Bindings } from '../database.ts'
import type { Result } from '../result.ts'
import { withoutPosition } from '../routine/without-position.ts'
import type { Frame } from './frame.ts'

interface Cached {
  readonly plan: Plan
  readonly version: number
  readonly settings: unknown
  readonly types: readonly (number | undefined)[]
}

const plans = new WeakMap<Expression, Cached>()

export interface Typed {
  readonly value: Value
  readonly type: number
}

/** The plan of an expression or statement, for the types that its variables have now. */
const planOf = (frame: Frame, expression: Expression, make: () => Plan): Plan => {
  const { catalog, settings } = frame.host.environment
  const known = plans.get(expression)
  const typesOf = (plan: Plan): (number | undefined)[] =>
    plan.captured.map((variable) => (variable === undefined ? undefined : frame.captured(variable.id).type))
  if (
    known !== undefined &&
    known.version === catalog.version &&
    known.settings === settings &&
    typesOf(known.plan).every((type, at) => type === known.types[at])
  )
    return known.plan
  const plan = make()
  plans.set(expression, { plan, version: catalog.version, settings, types: typesOf(plan) })
  return plan
}

const bindingsOf = (frame: Frame, plan: Plan): Bindings =>
  Object.fromEntries(
    plan.captured.flatMap((variable, at) =>
      variable === undefined ? [] : [[`p${at + 1}`, frame.captured(variable.id).value]],
    ),
  )

/** Executes a statement. */
export const runStatement = (
  frame: Frame,
  expression: Expression,
  inspect: (plan: Plan) => void = () => undefined,
): { readonly plan: Plan; readonly result: Result } => {
  const plan = planOf(frame, expression, () => {
    const [parsed] = parse(expression.query)
    if (parsed === undefined) throw new PgError('42601', 'syntax error at end of input')
    return withoutPosition(() => frame.host.compile(expression.query, parsed, frame.variables))
  })
  inspect(plan)
  return { plan, result: frame.host.perform(plan, bindingsOf(frame, plan)) }
}

/** The row of several expressions. */
export const evaluateList = (frame: Frame, expression: Expression): Result => {
  const plan = planOf(frame, expression, () => compileText(frame, expression.query))
  return frame.host.perform(plan, bindingsOf(frame, plan))
}

/** The value of an expression. @throws PgError 42601, 21000 when it is not one value */
export const evaluateExpression = (frame: Frame, expression: Expression): Typed =>
  resultOf(frame, expression, () => compileText(frame, expression.query))

const resultOf = (frame: Frame, expression: Expression, compile: () => Plan): Typed => {
  const plan = planOf(frame, expression, compile)
  if (plan.kind !== 'query') throw new PgError('42601', 'query is not a SELECT')
  return single(plan.columns, frame.host.perform(plan, bindingsOf(frame, plan)).rows)
}

const selectOf = (text: string): ParsedStatement => {
  const [parsed] = parse(`SELECT ${text}`)
  if (parsed === undefined) throw new PgError('42601', 'syntax error')
  return parsed
}

const compileText = (frame: Frame, text: string): Plan => {
  const parsed = selectOf(text)
  return withoutPosition(() => frame.host.compile(`SELECT ${text}`, parsed, frame.variables))
}

const single = (columns: readonly OutputColumn[], rows: Result['rows']): Typed => {
  const [column] = columns
  if (columns.length !== 1 || column === undefined)
    throw new PgError('42601', `query returned ${columns.length} columns`)
  if (rows.length > 1) throw new PgError('21000', 'query returned more than one row')
  return { value: rows[0]?.[0] ?? null, type: column.type }
}

interface Token {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** `target := expression` cut in two. */
const splitAssignment = (text: string): { readonly target: string; readonly source: string } => {
  const { tokens } = scanSync(text) as unknown as { tokens: readonly Token[] }
  let depth = 0
  for (const { text: token, start, end } of tokens) {
    if (token === '[' || token === '(') depth++
    else if (token === ']' || token === ')') depth--
    else if (depth === 0 && (token === ':=' || token === '=')) {
      const bytes = new TextEncoder().encode(text)
      return { target: utf8(bytes.subarray(0, start)), source: utf8(bytes.subarray(end)) }
    }
  }
  throw new PgError('42601', 'syntax error')
}

interface Operand {
  readonly ColumnRef?: { readonly fields: readonly { readonly String?: { readonly sval?: string } }[] }
  readonly A_Indirection?: { readonly arg?: Operand; readonly indirection?: readonly Node[] }
}

interface Assignment {
  readonly source: string
  /** The source where it is one expression, without clauses behind it. */
  readonly value: Node | undefined
  /** The names of the target, and the subscripts and fields behind them. */
  readonly path: readonly string[]
  readonly part: readonly Node[] | undefined
  /** The names that the source is, where it is nothing else. */
  readonly copied: readonly string[] | undefined
}

const assignments = new WeakMap<Expression, Assignment>()

const namesOf = (reference: Operand['ColumnRef']): string[] | undefined => {
  const names = reference?.fields.map((field) => field.String?.sval)
  return names?.every((name) => name !== undefined) ? names : undefined
}

const assignmentOf = (expression: Expression): Assignment => {
  const known = assignments.get(expression)
  if (known !== undefined) return known
  const { target, source } = splitAssignment(expression.query)
  const { A_Indirection: part, ColumnRef: own } = (parseExpressions(target)[0] ?? {}) as Operand
  const value = onlyTarget(selectOf(source))
  const assignment = {
    source,
    value,
    path: namesOf(part?.arg?.ColumnRef ?? own) ?? [],
    part: part?.indirection,
    copied: namesOf((value as Operand | undefined)?.ColumnRef),
  }
  assignments.set(expression, assignment)
  return assignment
}

/** The value that an assignment gives its target: the whole new one where an element or a field of it is assigned to. */
export const evaluateAssignment = (frame: Frame, expression: Expression): Typed => {
  const { source, value, path, part, copied } = assignmentOf(expression)
  // of two names the second one may be a field, for which there is a variable
  const found = part === undefined && path.length < 3 ? undefined : frame.find(path)
  const within = [...(found?.fields ?? []).map((sval): Node => ({ String: { sval } })), ...(part ?? [])]
  if (within.length === 0) {
    // as it is: what a query returns cannot be of unknown type
    const variable = copied && frame.variables.find(copied)?.variable
    if (variable !== undefined) return frame.captured(variable.id)
    return resultOf(frame, expression, () => compileText(frame, source))
  }
  if (found === undefined || value === undefined) throw unsupported('this assignment')
  const { type, typmod } = found.variable
  const whole = resultOf(frame, expression, () =>
    withoutPosition(() =>
      compileValue(frame.host.compileSession, frame.variables, (scope) => {
        const base = captureVariable(scope.statement, found.variable)
        const column = {
          number: 0,
          name: path.at(-1 - found.fields.length) ?? '',
          physical: '',
          type,
          typmod,
          notNull: false,
        }
        return assignPart(scope, { column, path: within, location: undefined }, base, bindExpression(scope, value))
      }),
    ),
  )
  return { ...whole, type }
}
