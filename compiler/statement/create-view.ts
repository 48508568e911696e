/** CREATE VIEW. Manual: "CREATE VIEW". A view is kept as the query that it was made of. */

import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { storedCollation } from '../bind/collation.ts'
import { nothingElse, refuse, rootScope, type Scope } from '../bind/scope.ts'
import { bindSelect } from '../bind/select.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import { collationName } from '../catalog/collation.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { formatTypeGiven } from '../catalog/format-type.ts'
import { isPlanningError } from '../evaluate/fold.ts'
import { lowerQuery } from '../lower/query.ts'
import type { DefinitionPlan } from '../plan.ts'
import { outputColumns, type Query } from '../tree/query.ts'
import { newPlace, type StatementContext } from './context.ts'
import { requireColumnType } from './create-table.ts'
import { addRelation, checkFree, creationSchema, definition, scopeOf } from './definition.ts'
import { storageParameters } from './storage-parameter.ts'
import { viewSource } from './view-source.ts'
import { NO_COLUMNS, openView } from './write-target.ts'

/** A view that could never be read is refused when it is made. */
const requireLowering = (context: StatementContext, query: Query): void => {
  try {
    lowerQuery(newPlace({ ...context, statement: { ...context.statement, planningErrors: undefined } }), query)
  } catch (error) {
    if (!isPlanningError(error)) throw error
  }
}

/** INTO stands in the first of several SELECTs. */
const hasInto = ({ intoClause, larg }: Ast.SelectStmt): boolean =>
  intoClause !== undefined || (larg !== undefined && hasInto(larg))

/** WITH CHECK OPTION is a parameter in other words. */
const viewOptions = (scope: Scope, options: readonly Ast.Node[], check: Ast.ViewCheckOption): readonly string[] => {
  const sval = check === 'LOCAL_CHECK_OPTION' ? 'local' : 'cascaded'
  const own: Ast.Node = { DefElem: { defname: 'check_option', arg: { String: { sval } } } }
  return storageParameters(scope, check === 'NO_CHECK_OPTION' ? options : [...options, own], 'view')
}

/** @throws PgError 0A000 */
const requireUpdatable = (scope: Scope, view: RelationInfo): void => {
  const below = openView(scope, view)
  const reason =
    typeof below === 'string' ? below : below.columns.some((each) => 'below' in each) ? undefined : NO_COLUMNS
  if (reason !== undefined)
    throw new PgError('0A000', 'WITH CHECK OPTION is supported only on automatically updatable views', { hint: reason })
}

export const planCreateView = (context: StatementContext, node: Ast.ViewStmt): DefinitionPlan => {
  const {
    view,
    aliases = [],
    query,
    replace = false,
    options = [],
    withCheckOption = 'NO_CHECK_OPTION',
    ...rest
  } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'CREATE VIEW', rest)
  if (query === undefined || !('SelectStmt' in query)) throw refuse(scope, 'this view')
  if (view?.relpersistence === 'u')
    throw new PgError('42601', 'views cannot be unlogged because they do not have storage')
  if (hasInto(query.SelectStmt)) throw new PgError('0A000', 'views must not contain SELECT INTO')
  const { statement } = scope
  const name = view?.relname ?? ''
  const bound = bindSelect(rootScope(statement), query.SelectStmt as Ast.SelectStmt)
  if (statement.parameters.length > 0) throw new PgError('42P02', 'there is no parameter $1')
  const outputs = outputColumns(bound)
  const names = aliases.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  if (names.length > outputs.length) throw new PgError('42601', 'CREATE VIEW specifies more column names than columns')
  const columns: ColumnInfo[] = []
  for (const [at, { name: own, type, typmod }] of outputs.entries()) {
    const column = names[at] ?? own
    if (columns.some((each) => each.name === column))
      throw new PgError('42701', `column "${column}" specified more than once`)
    requireColumnType(scope, column, type)
    columns.push({
      number: at + 1,
      name: column,
      physical: column,
      type,
      typmod,
      notNull: false,
      ...storedCollation(
        statement,
        bound,
        at,
        `could not determine which collation to use for view column "${column}"`,
      ),
    })
  }
  requireLowering(context, bound)
  const { dependsOn, readsTemporary } = viewSource(statement, query, bound)
  const temporary = view?.relpersistence === 't' || readsTemporary
  if (temporary && view?.relpersistence !== 't') statement.notice('00000', `view "${name}" will be a temporary view`)
  const schema = creationSchema(scope, { ...view, location: -1, relpersistence: temporary ? 't' : 'p' })
  const fresh = {
    schema,
    name,
    kind: 'v' as const,
    columns,
    query,
    searchPath: temporary ? ['pg_temp_0', ...statement.settings.searchPath] : statement.settings.searchPath,
    dependsOn,
    options: viewOptions(scope, options, withCheckOption),
  }
  if (fresh.options.some((option) => option.startsWith('check_option=')))
    requireUpdatable(scope, { ...fresh, oid: FIRST_USER_OID, rowType: 0, physical: '', constraints: [], indexes: [] })
  const existing = statement.catalog.relationNamed(schema, name)
  if (existing !== undefined && replace) {
    if (existing.kind !== 'v') throw new PgError('42809', `"${name}" is not a view`)
    const written = ({ type, typmod }: Pick<ColumnInfo, 'type' | 'typmod'>): string =>
      formatTypeGiven(statement.catalog, type, typmod)
    for (const [at, old] of existing.columns.entries()) {
      const now = columns[at]
      if (now === undefined) throw new PgError('42P16', 'cannot drop columns from view')
      if (now.name !== old.name)
        throw new PgError('42P16', `cannot change name of view column "${old.name}" to "${now.name}"`)
      if (now.type !== old.type || now.typmod !== old.typmod)
        throw new PgError(
          '42P16',
          `cannot change data type of view column "${old.name}" from ${written(old)} to ${written(now)}`,
        )
      const [before, after] = [old, now].map((each) => each.collation ?? statement.catalog.type(each.type).collation)
      if (before !== after)
        throw new PgError(
          '42P16',
          `cannot change collation of view column "${old.name}" from "${collationName(before ?? 0)}" to "${collationName(after ?? 0)}"`,
        )
    }
    return definition(context, 'CREATE VIEW', statement.catalog.withRelation({ ...existing, ...fresh }))
  }
  checkFree(scope, schema, name)
  return definition(context, 'CREATE VIEW', addRelation(statement.catalog, fresh).catalog)
}
