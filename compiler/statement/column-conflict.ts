/** What the constraints of a column cannot say together (transformColumnDefinition). */
import type { PgError } from '../../wire/protocol/error.ts'
import { errorAt, type Scope } from '../bind/scope.ts'
import type { ColumnInfo } from '../catalog/entries.ts'

const wrong = (scope: Scope, location: number | undefined, message: string): PgError =>
  errorAt(scope, location, '42601', message)

export const nullConflict = (scope: Scope, name: string, location: number | undefined): PgError =>
  wrong(scope, location, `conflicting NULL/NOT NULL declarations for column "${name}" of table "${''}"`)

export const severalOf = (scope: Scope, what: string, name: string, location: number | undefined): PgError =>
  wrong(
    scope,
    location,
    `multiple ${what} ${what === 'default values' ? 'specified ' : ''}for column "${name}" of table "${''}"`,
  )

/** @throws PgError 42601 for a column whose value comes from several places */
export const requireOneValue = (
  scope: Scope,
  name: string,
  {
    hasDefault,
    identity,
    generated,
  }: {
    readonly hasDefault: boolean
    readonly identity: ColumnInfo['identity']
    readonly generated: ColumnInfo['generated']
  },
  location: number | undefined,
): void => {
  const both = (one: string, other: string): PgError =>
    wrong(scope, location, `both ${one} and ${other} specified for column "${name}" of table "${''}"`)
  if (hasDefault && identity !== undefined) throw both('default', 'identity')
  if (hasDefault && generated !== undefined) throw both('default', 'generation expression')
  if (identity !== undefined && generated !== undefined) throw both('identity', 'generation expression')
}
