/**
 * Errors of rows that a constraint forbids, with what PostgreSQL tells of the row and the names of what forbids it.
 * Manual: "Error and Notice Message Fields"; after execMain.c, nbtinsert.c and ri_triggers.c.
 */
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { quoteIdentifier } from '../../compiler/types/identifier.ts'
import { type ErrorFields, PgError } from '../protocol/error.ts'
import type { UniqueKey } from './conflict.ts'
import type { Reference } from './foreign-key.ts'
import { columnsOf } from './key.ts'
import { outputOf } from './result.ts'

/** An error that has all of PostgreSQL's fields. */
export class Violation extends PgError {}

/** Bytes of a value that are shown of a failing row. */
const SHOWN = 64

/** pg_mbcliplen: no character is cut in two. */
const clipped = (text: string): string => {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= SHOWN) return text
  let end = SHOWN
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return `${new TextDecoder().decode(bytes.subarray(0, end))}...`
}

const shown = (env: Environment, type: number, value: Value): string =>
  value === null ? 'null' : outputOf(env, type)(value)

/** ExecBuildSlotValueDescription */
const failingRow = (env: Environment, { columns }: RelationInfo, row: readonly Value[]): string =>
  `Failing row contains (${columns.map(({ type }, at) => clipped(shown(env, type, row[at] ?? null))).join(', ')}).`

type NamedTable = Pick<RelationInfo, 'schema' | 'name'>

const tableOf = ({ schema, name }: NamedTable): ErrorFields => ({ schema, table: name })

/** A key as `(a, b)=(1, 2)`, its values given in order. */
const keyText = (
  env: Environment,
  relation: RelationInfo,
  numbers: readonly number[],
  key: readonly Value[],
  quoted = false,
): string => {
  const columns = columnsOf(relation, numbers)
  const names = columns.map(({ name }) => (quoted ? quoteIdentifier(name) : name))
  return `(${names.join(', ')})=(${columns.map(({ type }, at) => shown(env, type, key[at] ?? null)).join(', ')})`
}

export const notNullViolation = (
  env: Environment,
  relation: RelationInfo,
  column: string,
  row: readonly Value[],
): PgError =>
  new Violation(
    '23502',
    `null value in column "${column}" of relation "${relation.name}" violates not-null constraint`,
    {
      detail: failingRow(env, relation, row),
      ...tableOf(relation),
      column,
    },
  )

export const checkViolation = (
  env: Environment,
  relation: RelationInfo,
  constraint: string,
  row: readonly Value[],
): PgError =>
  new Violation('23514', `new row for relation "${relation.name}" violates check constraint "${constraint}"`, {
    detail: failingRow(env, relation, row),
    ...tableOf(relation),
    constraint,
  })

export const partitionViolation = (env: Environment, relation: RelationInfo, row: readonly Value[]): PgError =>
  new Violation('23514', `new row for relation "${relation.name}" violates partition constraint`, {
    detail: failingRow(env, relation, row),
    ...tableOf(relation),
  })

/** @param key the values of its columns; a key with expressions has others, which are not at hand */
export const duplicateKey = (
  env: Environment,
  relation: RelationInfo,
  { name: constraint, columns }: UniqueKey,
  key: readonly Value[],
): PgError => {
  const message = `duplicate key value violates unique constraint "${constraint}"`
  const names = { ...tableOf(relation), constraint }
  if (columns === undefined) return new PgError('23505', message, names)
  const detail = `Key ${keyText(env, relation, columns, key, true)} already exists.`
  return new Violation('23505', message, { detail, ...names })
}

interface KeyNames {
  readonly name: string
  readonly columns: readonly number[]
}

/** A row refers to one that is not there (ri_ReportViolation). */
export const missingKey = (
  env: Environment,
  relation: RelationInfo,
  { name, columns }: KeyNames,
  target: NamedTable,
  key: readonly Value[],
): PgError =>
  new Violation('23503', `insert or update on table "${relation.name}" violates foreign key constraint "${name}"`, {
    detail: `Key ${keyText(env, relation, columns, key)} is not present in table "${target.name}".`,
    ...tableOf(relation),
    constraint: name,
  })

/** MATCH FULL */
export const mixedKey = (relation: RelationInfo, constraint: string): PgError =>
  new Violation(
    '23503',
    `insert or update on table "${relation.name}" violates foreign key constraint "${constraint}"`,
    {
      detail: 'MATCH FULL does not allow mixing of null and nonnull key values.',
      ...tableOf(relation),
      constraint,
    },
  )

/** A row goes that another one refers to. @param restrict by RESTRICT, which does not wait */
export const referencedKey = (
  env: Environment,
  { target, child, columns, name }: Reference,
  key: readonly Value[],
  restrict: boolean,
): PgError => {
  const relation = env.catalog.relation(target)
  const constraint = `${restrict ? 'RESTRICT setting of ' : ''}foreign key constraint "${name}" on table "${child.name}"`
  return new Violation(
    restrict ? '23001' : '23503',
    `update or delete on table "${relation.name}" violates ${constraint}`,
    {
      detail: `Key ${keyText(env, relation, columns, key)} is ${restrict ? '' : 'still '}referenced from table "${child.name}".`,
      ...tableOf(child),
      constraint: name,
    },
  )
}
