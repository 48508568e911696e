/** The rows of JSON_TABLE. Manual: "JSON_TABLE"; after JsonTableInitOpaque and its kin in jsonpath_exec.c. */
import type { JsonTablePlan, SqlJsonOperation } from '../tree/sql-json.ts'
import type { Value } from '../tree/value.ts'
import { scalarJson } from '../types/array.ts'
import type { Environment } from '../types/environment.ts'
import type { Json } from '../types/json.ts'
import { parsedPath } from './jsonpath.ts'
import { query } from './jsonpath-execute.ts'
import { PathError } from './jsonpath-method.ts'
import { queryJson } from './sql-json.ts'

type Cells = ReadonlyMap<number, Value>

/** A JSON array of the rows, each a JSON array of its columns. */
export const tableRows = (
  env: Environment,
  { plan, width, errorOnError }: SqlJsonOperation & { readonly name: 'table' },
  document: Json,
  variables: ReadonlyMap<string, Json>,
): string => {
  /** A pattern that fails has no rows, unless the table says ERROR ON ERROR. */
  const items = (path: string, json: Json): Json[] => {
    try {
      return [...query({ env, zoned: false }, json, parsedPath(path), variables)]
    } catch (error) {
      if (!(error instanceof PathError) || errorOnError) throw error
      return []
    }
  }
  const rows = (level: JsonTablePlan, json: Json): Cells[] =>
    items(level.path, json).flatMap((item, at) => {
      const own = level.columns.map(({ at: index, column }): [number, Value] => [
        index,
        column.kind === 'ordinality'
          ? BigInt(at + 1)
          : queryJson(env, item, parsedPath(column.path), variables, column.query),
      ])
      // Siblings stand below each other; where none has a row, the item itself is one.
      const inner = level.nested.flatMap((nested) => rows(nested, item))
      return (inner.length === 0 ? [new Map<number, Value>()] : inner).map((cells) => new Map([...own, ...cells]))
    })
  const texts = rows(plan, document).map(
    (cells) => `[${Array.from({ length: width }, (_, at) => scalarJson(cells.get(at) ?? null)).join(',')}]`,
  )
  return `[${texts.join(',')}]`
}
