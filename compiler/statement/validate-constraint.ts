/** Whether the rows that a table has satisfy a constraint: ADD CONSTRAINT, NOT VALID and VALIDATE CONSTRAINT. */
import { PgError } from '../../wire/protocol/error.ts'
import { coerceToBoolean } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { refuse, rootScope } from '../bind/scope.ts'
import { storedStatement } from '../bind/statement.ts'
import { addOwnRow, rowRange } from '../bind/target-range.ts'
import type { CheckConstraint, ColumnInfo, ForeignKey, UniqueConstraint } from '../catalog/entries.ts'
import { keyTables } from '../catalog/referenced.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { DefinitionStep } from '../plan.ts'
import { printSql, quoteName } from '../sqlite/print.ts'
import { prefix } from '../sqlite/tree.ts'
import { type Rule, update, type Work } from './alter-family.ts'
import { isPartName } from './constraint-name.ts'
import { newPlace, type StatementContext } from './context.ts'
import { indexKey, physicalColumns } from './physical.ts'

/** The step that looks for a row that a check does not hold for. */
export const validateCheck = (
  context: StatementContext,
  { catalog, relation }: Work,
  check: CheckConstraint,
): DefinitionStep => {
  const range = rowRange(
    relation,
    relation.physical,
    0,
    relation.columns.map((each) => each.physical),
  )
  const scope = rootScope(storedStatement({ ...context.statement, catalog }), { clause: 'check' })
  addOwnRow(scope, range, relation)
  const place = newPlace(context)
  const test = lowerFolded(place, coerceToBoolean(scope.statement, bindExpression(scope, check.expression), 'CHECK'))
  return {
    sql: `SELECT 1 FROM ${quoteName(relation.physical)} WHERE ${printSql(prefix('NOT', test))} LIMIT 1`,
    functions: [...place.functions.values()],
    raise: {
      code: '23514',
      message: `check constraint "${check.name}" of relation "${relation.name}" is violated by some row`,
    },
  }
}

/** The step that looks for a row that refers to nothing. */
export const validateReferences = (
  { catalog, relation }: Pick<Work, 'catalog' | 'relation'>,
  key: ForeignKey,
): DefinitionStep => {
  const own = physicalColumns(relation, key.columns).map((column) => `c.${column}`)
  const given = own.map((column) => `${column} IS NOT NULL`)
  const missing = keyTables(catalog, key.target, key.targetColumns).map(({ relation: target, columns }) => {
    const match = physicalColumns(target, columns).map((column, at) => `p.${column} = ${own[at]}`)
    return `NOT EXISTS (SELECT 1 FROM ${quoteName(target.physical)} AS p WHERE ${match.join(' AND ')})`
  })
  const isMissing = [...given, ...missing].join(' AND ')
  const isMixed = key.match === 'f' ? ` OR (${given.join(' OR ')}) AND NOT (${given.join(' AND ')})` : ''
  return {
    sql: `SELECT 1 FROM ${quoteName(relation.physical)} AS c WHERE ${isMissing}${isMixed} LIMIT 1`,
    functions: [],
    raise: {
      code: '23503',
      message: `insert or update on table "${relation.name}" violates foreign key constraint "${key.name}"`,
    },
  }
}

/** The step that looks for a key that two rows have, of a constraint whose index does not. */
export const validateUnique = ({ catalog, relation }: Work, { name, columns }: UniqueConstraint): DefinitionStep => {
  const keys = columns.map((number) => relation.columns.find((column) => column.number === number) as ColumnInfo)
  const given = keys.map(({ physical }) => `${quoteName(physical)} IS NOT NULL`)
  return {
    sql: `SELECT 1 FROM ${quoteName(relation.physical)} WHERE ${given.join(' AND ')} GROUP BY ${keys.map((key) => indexKey(catalog, key)).join(', ')} HAVING count(*) > 1 LIMIT 1`,
    functions: [],
    raise: { code: '23505', message: `could not create unique index "${name}"` },
  }
}

/** ALTER TABLE … VALIDATE CONSTRAINT. After ATExecValidateConstraint. */
export const validateConstraint: Rule = (context, work, { name = '' }) => {
  const found = work.relation.constraints.find((each) => each.name === name)
  if (isPartName(work.relation, name)) throw refuse(rootScope(context.statement), 'VALIDATE of a part of a foreign key')
  if (found === undefined && /_not_null/.test(name))
    throw refuse(rootScope(context.statement), 'VALIDATE CONSTRAINT of NOT NULL')
  if (found === undefined)
    throw new PgError('42704', `constraint "${name}" of relation "${work.relation.name}" does not exist`)
  if (found.kind !== 'check' && found.kind !== 'foreign')
    throw new PgError('42809', `cannot validate constraint "${name}" of relation "${work.relation.name}"`, {
      detail: 'This operation is not supported for this type of constraint.',
    })
  if (found.notEnforced) throw new PgError('55000', 'cannot validate NOT ENFORCED constraint')
  if (!found.notValid) return
  const { notValid: _not, ...valid } = found
  work.steps.push(found.kind === 'check' ? validateCheck(context, work, found) : validateReferences(work, found))
  update(work, {
    constraints: work.relation.constraints.map((each) => (each === found ? (valid as typeof found) : each)),
  })
}
