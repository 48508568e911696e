/** NOT NULL as a constraint that ALTER TABLE adds and drops by its name. After ATExecSetNotNull and AddRelationNotNullConstraints. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { requireNewName } from './constraint-name.ts'
import { notNullName } from './definition.ts'
import { stringOf } from './function-options.ts'

/** A command about the constraint as the one about its column that does the same. @throws PgError 55000 */
export const asColumnCommand = (
  scope: Scope,
  relation: RelationInfo,
  command: Ast.AlterTableCmd,
): Ast.AlterTableCmd => {
  const { subtype, name = '', def } = command
  if (subtype === 'AT_DropConstraint') {
    const column = relation.columns.find((each) => each.notNull && notNullName(relation, each) === name)
    const isOther = relation.constraints.some((constraint) => constraint.name === name)
    if (column === undefined || isOther) return command
    if (column.identity !== undefined)
      throw new PgError('55000', `column "${column.name}" of relation "${relation.name}" is an identity column`)
    return { ...command, subtype: 'AT_DropNotNull', name: column.name }
  }
  const constraint = def !== undefined && 'Constraint' in def ? def.Constraint : undefined
  if (subtype !== 'AT_AddConstraint' || constraint?.contype !== 'CONSTR_NOTNULL') return command
  if (constraint.skip_validation || constraint.is_no_inherit) throw refuse(scope, 'this NOT NULL constraint')
  return { ...command, subtype: 'AT_SetNotNull', name: stringOf(constraint.keys?.[0]) }
}

/** The name that a constraint is given, if it is. @throws PgError 55000, 42710 */
export const givenName = (
  relation: RelationInfo,
  column: ColumnInfo,
  { def }: Ast.AlterTableCmd,
): string | undefined => {
  const name = def !== undefined && 'Constraint' in def ? def.Constraint.conname : undefined
  if (name === undefined || name === '') return undefined
  const known = column.notNull ? notNullName(relation, column) : undefined
  if (known !== undefined && known !== name)
    throw new PgError(
      '55000',
      `cannot create not-null constraint "${name}" on column "${column.name}" of table "${relation.name}"`,
      { detail: `A not-null constraint named "${known}" already exists for this column.` },
    )
  if (known === undefined) requireNewName(relation, name)
  return name
}

/** The error where children would get what is NO INHERIT. */
export const keptToItself = (relation: RelationInfo, column: ColumnInfo): PgError =>
  new PgError(
    '0A000',
    `cannot change NO INHERIT status of NOT NULL constraint "${notNullName(relation, column)}" on relation "${relation.name}"`,
  )
