/** CREATE TABLE AS and materialized views: relations that hold the rows of a query. Manual: "CREATE TABLE AS", "CREATE MATERIALIZED VIEW"; after createas.c and matview.c. */

import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { storedCollation } from '../bind/collation.ts'
import { requireRelation } from '../bind/relation.ts'
import { nothingElse, refuse, rootScope, type Scope } from '../bind/scope.ts'
import { bindSelect } from '../bind/select.ts'
import { viewQuery } from '../bind/view.ts'
import { uniqueConstraints } from '../catalog/constraint.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { declaredPersistence } from '../catalog/persistence.ts'
import { ownerOf } from '../catalog/privilege.ts'
import { currentRole } from '../catalog/role.ts'
import { lowerQuery } from '../lower/query.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import { outputColumns, type Query } from '../tree/query.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'
import { requireColumnType } from './create-table.ts'
import { addRelation, checkFree, creationSchema, definition, type NewRelation, scopeOf } from './definition.ts'
import { onCommitOf } from './on-commit.ts'
import { createTableSql, physicalColumn } from './physical.ts'
import { viewSource } from './view-source.ts'

/** The columns of a relation that holds a query's rows. @throws PgError 42601, 42701, 42P16 */
const columnsOf = (scope: Scope, query: Query, names: readonly string[]): ColumnInfo[] => {
  const outputs = outputColumns(query)
  if (names.length > outputs.length) throw new PgError('42601', 'too many column names were specified')
  const columns: ColumnInfo[] = []
  for (const [at, output] of outputs.entries()) {
    const column = names[at] ?? output.name
    if (columns.some((each) => each.name === column))
      throw new PgError('42701', `column "${column}" specified more than once`)
    requireColumnType(scope, column, output.type)
    columns.push({
      number: at + 1,
      name: column,
      physical: physicalColumn(columns, column),
      type: output.type,
      typmod: output.typmod,
      notNull: false,
      ...storedCollation(
        scope.statement,
        query,
        at,
        `no collation was derived for column "${column}" with collatable type ${formatType(scope.statement.catalog, output.type)}`,
      ),
    })
  }
  return columns
}

export const planCreateTableAs = (
  context: StatementContext,
  node: Ast.CreateTableAsStmt,
): DefinitionPlan | NothingPlan => {
  const { query, into, objtype, is_select_into: selectInto, if_not_exists: ifNotExists = false, ...rest } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'CREATE TABLE AS', rest)
  const isView = objtype === 'OBJECT_MATVIEW'
  const command = isView ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS'
  if (query === undefined || !('SelectStmt' in query)) throw refuse(scope, `${command} of this query`)
  const { rel: range = {}, options = [], onCommit, colNames = [], skipData = false } = into ?? {}
  if (options.length > 0 || into?.accessMethod || into?.tableSpaceName) throw refuse(scope, `options of ${command}`)
  if (isView && range.relpersistence === 'u') throw new PgError('0A000', 'materialized views cannot be unlogged')
  const { statement } = scope
  const name = range.relname ?? ''
  const schema = creationSchema(scope, range)
  const atCommit = onCommitOf(onCommit, schema)
  if (ifNotExists && statement.catalog.relationNamed(schema, name) !== undefined) {
    statement.notice('42P07', `relation "${name}" already exists, skipping`)
    return { kind: 'nothing', ...common(context, command) }
  }
  const bound = bindSelect(rootScope(statement), query.SelectStmt as Ast.SelectStmt)
  if (isView && statement.parameters.length > 0) throw new PgError('42P02', 'there is no parameter $1')
  const names = colNames.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const columns = columnsOf(scope, bound, names)
  const source = isView ? viewSource(statement, query, bound) : undefined
  if (source?.readsTemporary) throw new PgError('0A000', 'materialized views must not use temporary tables or views')
  checkFree(scope, schema, name)
  const place = newPlace(context)
  const rows = queryOf(place, lowerQuery(place, bound))
  const fresh: NewRelation = {
    schema,
    name,
    kind: isView ? 'm' : 'r',
    columns,
    ...atCommit,
    ...declaredPersistence(range),
    ...(source === undefined
      ? {}
      : { query, searchPath: statement.settings.searchPath, dependsOn: source.dependsOn, populated: !skipData }),
  }
  const added = addRelation(statement.catalog, fresh)
  return definition(
    context,
    skipData ? command : 'SELECT',
    added.catalog,
    [createTableSql(added.catalog, added.relation, context.target)],
    skipData ? undefined : { query: rows, relation: added.relation, command: selectInto ? 'SELECT INTO' : command },
  )
}

/** A unique index over whole columns and all rows, by which REFRESH CONCURRENTLY can tell rows apart. */
const hasUsableIndex = (relation: RelationInfo): boolean =>
  uniqueConstraints(relation).length > 0 ||
  relation.indexes.some(
    ({ unique, predicate, keys }) => unique && predicate === undefined && keys.every((key) => typeof key === 'number'),
  )

/** REFRESH MATERIALIZED VIEW (ExecRefreshMatView). @throws PgError 42601, 42809, 55000 */
export const planRefresh = (context: StatementContext, node: Ast.RefreshMatViewStmt): DefinitionPlan => {
  const { concurrent = false, skipData = false, relation: range = {}, ...rest } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'REFRESH MATERIALIZED VIEW', rest)
  const relation = requireRelation(scope, { ...range, location: -1 })
  if (relation.kind !== 'm') throw new PgError('0A000', `"${relation.name}" is not a materialized view`)
  if (concurrent && relation.populated === false)
    throw new PgError('0A000', 'CONCURRENTLY cannot be used when the materialized view is not populated')
  if (concurrent && skipData)
    throw new PgError('42601', 'CONCURRENTLY and WITH NO DATA options cannot be used together')
  if (concurrent && !hasUsableIndex(relation))
    throw new PgError('55000', `cannot refresh materialized view "${relation.schema}.${relation.name}" concurrently`, {
      hint: 'Create a unique index with no WHERE clause on one or more columns of the materialized view.',
    })
  const place = newPlace(context)
  const rows = queryOf(place, lowerQuery(place, viewQuery(scope, relation)))
  if (rows.callsRoutines && ownerOf(relation) !== currentRole(scope.statement.settings))
    throw refuse(scope, 'REFRESH of a materialized view that calls functions, by another role than its owner')
  const refreshed = { ...relation, populated: !skipData }
  return definition(
    context,
    'REFRESH MATERIALIZED VIEW',
    scope.statement.catalog.withRelation(refreshed),
    [`DELETE FROM ${quoteName(relation.physical)}`],
    skipData
      ? undefined
      : {
          query: rows,
          relation: refreshed,
          refresh: concurrent ? 'concurrently' : 'anew',
          command: 'REFRESH MATERIALIZED VIEW',
        },
  )
}
