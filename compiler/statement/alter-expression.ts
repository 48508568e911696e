/** ALTER COLUMN … SET EXPRESSION and DROP EXPRESSION. Manual: "ALTER TABLE"; after ATExecSetExpression (tablecmds.c). */
import { PgError } from '../../wire/protocol/error.ts'
import { addRange } from '../bind/from.ts'
import { refuse, rootScope, type Statement } from '../bind/scope.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { Expr } from '../tree/expression.ts'
import { type Rule, setColumn, type Work } from './alter-family.ts'
import { findColumn, keep, statementOf } from './altered-table.ts'
import { checkDefaults } from './column-default.ts'
import { newPlace } from './context.ts'
import { rebuild } from './rebuild.ts'
import { generatedOf } from './write.ts'

/** What a generated column is in the rows that a table has: nothing where it is computed when it is read. */
export const generatedValue = (
  statement: Statement,
  before: RelationInfo,
  after: RelationInfo,
  column: ColumnInfo,
): Expr => {
  const { range } = addRange(rootScope(statement), before.physical, after.columns, { kind: 'table', relation: after })
  const generated = generatedOf(statement, after, range).get(column.number)
  if (generated === undefined) throw new Error('a generated column of nothing')
  return generated
}

const notGenerated = (work: Work, name: string): PgError =>
  new PgError('55000', `column "${name}" of relation "${work.relation.name}" is not a generated column`)

const unsupportedOfVirtual = (work: Work, command: string, where: string): PgError =>
  new PgError('0A000', `ALTER TABLE / ${command} EXPRESSION is not supported for virtual generated columns${where}`, {
    detail: `Column of relation "${work.relation.name}" is a virtual generated column.`,
  })

export const dropExpression: Rule = (context, work, { name = '', missing_ok: missingOk = false }) => {
  const column = findColumn(work, name)
  if (column.generated === 'v') throw unsupportedOfVirtual(work, 'DROP', '')
  if (column.generated !== undefined) return setColumn(work, name, ({ generated: _, default: _of, ...rest }) => rest)
  if (!missingOk) throw notGenerated(work, name)
  const { message } = notGenerated(work, name)
  context.statement.notice('00000', `${message}, skipping`)
}

export const setExpression: Rule = (context, work, { name = '', def }) => {
  const scope = rootScope(statementOf(context, work))
  const column = findColumn(work, name)
  const before = work.relation
  if (column.generated === undefined) throw notGenerated(work, name)
  if (before.constraints.some((each) => each.kind === 'check') && column.generated === 'v')
    throw unsupportedOfVirtual(work, 'SET', ' in tables with check constraints')
  if (column.generated === 'v' && work.catalog.contents.publications.size > 0)
    throw unsupportedOfVirtual(work, 'SET', ' in tables that are part of a publication')
  if (column.generated === 's' && (before.constraints.length > 0 || before.indexes.length > 0))
    throw refuse(scope, 'SET EXPRESSION of a table with constraints or indexes')
  setColumn(work, name, (each) => ({ ...each, ...(def === undefined ? {} : { default: def }) }))
  checkDefaults(rootScope(statementOf(context, work)), {
    name: before.name,
    schema: before.schema,
    columns: work.relation.columns,
  })
  if (column.generated === 'v') return
  const place = newPlace({ ...context, statement: statementOf(context, work) })
  const value = lowerFolded(
    place,
    generatedValue(statementOf(context, work), before, work.relation, findColumn(work, name)),
  )
  work.steps.push(
    ...rebuild(work.catalog, before, work.relation, place, (each) =>
      each.number === column.number ? value : keep(before)(each),
    ),
  )
}
