/** Executes functions and procedures in SQL: every statement in turn; the last one's rows are the result. */
import type { FunctionInfo } from '../../../compiler/catalog/entries.ts'
import type { Plan } from '../../../compiler/plan.ts'
import { argumentVariables, bodyStatements, resultShape } from '../../../compiler/routine/sql-function.ts'
import type { OutputColumn } from '../../../compiler/tree/query.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import { loadRecord } from '../../../compiler/types/record.ts'
import type { Bindings } from '../database.ts'
import type { Result } from '../result.ts'
import { castValue } from './cast.ts'
import type { RoutineHost } from './host.ts'
import { withoutPosition } from './without-position.ts'

/** The rows of a function's result: a value each, or a value for each column. */
export interface RoutineRows {
  readonly rows: readonly (readonly Value[])[]
  /** What the rows have, when they are rows and not single values. */
  readonly columns: readonly OutputColumn[] | undefined
}

const bindingsOf = (plan: Plan, args: readonly Value[]): Bindings =>
  Object.fromEntries(
    plan.captured.flatMap((variable, at) =>
      variable === undefined ? [] : [[`p${at + 1}`, args[Number(variable.id)] ?? null]],
    ),
  )

export const runSqlFunction = (
  host: RoutineHost,
  fn: FunctionInfo,
  types: readonly number[],
  result: number,
  args: readonly Value[],
): RoutineRows => {
  const variables = argumentVariables(fn, types)
  let plan: Plan | undefined
  let last: Result | undefined
  for (const { sql, parsed } of bodyStatements(fn)) {
    const compiled = withoutPosition(() => host.compile(sql, parsed, variables))
    plan = compiled
    last = withoutPosition(() => host.perform(compiled, bindingsOf(compiled, args)))
  }
  const { environment: env } = host
  const shape = resultShape(env.catalog, fn, types, result, plan)
  const rows = last?.rows ?? []
  switch (shape.kind) {
    case 'void':
      return { rows: [[null]], columns: undefined }
    case 'scalar':
      return { rows: rows.map(([value = null]) => [castValue(env, value, shape.from, shape.to)]), columns: undefined }
    case 'composite':
      return {
        rows: rows.map(([value = null]) => (value === null ? shape.to.map(() => null) : loadRecord(value))),
        columns: shape.to,
      }
    case 'row':
      return {
        rows: rows.map((row) =>
          shape.to.map(({ type, typmod }, at) =>
            castValue(env, row[at] ?? null, shape.from[at]?.type ?? type, type, typmod),
          ),
        ),
        columns: shape.to,
      }
    default:
      return shape satisfies never
  }
}
