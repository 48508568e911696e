/** ALTER COLUMN … TYPE. Manual: "ALTER TABLE". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { coerceToTarget } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { addRange } from '../bind/from.ts'
import { refuse, rootScope, type Scope, type Statement } from '../bind/scope.ts'
import { storedStatement } from '../bind/statement.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { checkConstraints, foreignKeys, isValid, uniqueConstraints } from '../catalog/constraint.ts'
import type { ColumnInfo, ForeignKey, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { lowerFolded } from '../lower/expression.ts'
import { findCodec } from '../types/codec.ts'
import { type Rule, update, type Work } from './alter-family.ts'
import { findColumn, hasColumn, keep, mentionsColumn, statementOf, usedAsType, viewsOn } from './altered-table.ts'
import { newPlace, type StatementContext } from './context.ts'
import { recomputedIndex } from './index-key.ts'
import { isMentioned } from './mentions.ts'
import { rebuild } from './rebuild.ts'
import { orRefuse, rereadCheck, rereadIndex } from './reread.ts'
import { sequenceOfType } from './sequence.ts'
import { validateCheck, validateReferences } from './validate-constraint.ts'

const isInteger = (type: number): boolean => type === OID.int2 || type === OID.int4 || type === OID.int8

/** Foreign keys of the table, and to it, that a column takes part in. */
const keysOf = (
  catalog: Catalog,
  relation: RelationInfo,
  number: number,
): { readonly child: RelationInfo; readonly key: ForeignKey; readonly other: number }[] =>
  [...catalog.contents.relations.values()].flatMap((child) =>
    foreignKeys(child).flatMap((key) => {
      const target = catalog.relation(key.target)
      const typeAt = (table: RelationInfo, of: number | undefined): number =>
        table.columns.find((column) => column.number === of)?.type ?? 0
      const own = child.oid === relation.oid ? key.columns.indexOf(number) : -1
      const theirs = target.oid === relation.oid ? key.targetColumns.indexOf(number) : -1
      return [
        ...(own < 0 ? [] : [{ child, key, other: typeAt(target, key.targetColumns[own]) }]),
        ...(theirs < 0 ? [] : [{ child, key, other: typeAt(child, key.columns[theirs]) }]),
      ]
    }),
  )

/** Both sides of a foreign key must go on looking alike in SQLite. */
const requireSameKeys = (
  scope: Scope,
  catalog: Catalog,
  relation: RelationInfo,
  { number }: ColumnInfo,
  type: number,
): void => {
  for (const { other } of keysOf(catalog, relation, number))
    if (catalog.baseType(other) !== catalog.baseType(type) && !(isInteger(other) && isInteger(type)))
      throw refuse(scope, 'ALTER TYPE of one side of a foreign key')
}

/** The default as it is, made into the new type; a literal stays one of the old type. @throws PgError 42804 */
const withDefault = (
  statement: Statement,
  { catalog, relation }: Work,
  changed: ColumnInfo,
  before: ColumnInfo,
): ColumnInfo[] => {
  const given = changed.default as Ast.Node
  const isLiteral = 'A_Const' in given && given.A_Const.sval !== undefined
  const [schema, name] = [catalog.type(before.type).schema, catalog.type(before.type).name]
  const node: Ast.Node = isLiteral
    ? {
        TypeCast: {
          arg: given,
          typeName: { names: [{ String: { sval: schema } }, { String: { sval: name } }], typemod: -1 },
        },
      }
    : given
  const scope = rootScope(storedStatement({ ...statement, catalog }), { clause: 'default' })
  const bound = bindExpression(scope, node)
  if (coerceToTarget(scope.statement, bound, changed.type, changed.typmod, 'assignment') === undefined)
    throw new PgError(
      '42804',
      `default for column "${changed.name}" cannot be cast automatically to type ${formatType(catalog, changed.type)}`,
    )
  return relation.columns.map((each) => (each === changed ? { ...each, default: node } : each))
}

/** An identity's sequence takes on the type; that of a serial column stays as it is. */
const changeSequence = (scope: Scope, work: Work, { sequence = 0, identity }: ColumnInfo, type: number): void => {
  if (!isInteger(type)) {
    if (identity !== undefined) throw new PgError('22023', 'identity column type must be smallint, integer, or bigint')
    throw refuse(scope, 'ALTER TYPE of a serial column to what is no integer')
  }
  if (identity === undefined) return
  const relation = work.catalog.relation(sequence)
  if (relation.sequence === undefined) return
  work.catalog = work.catalog.withRelation({ ...relation, sequence: sequenceOfType(scope, relation.sequence, type) })
}

/** Checks are read anew, over the new type; whether they and foreign keys hold for the new values is looked at again. */
const revalidate = (context: StatementContext, work: Work, number: number, changes: boolean): void => {
  const { relation } = work
  const name = relation.columns.find((column) => column.number === number)?.name ?? ''
  for (const check of checkConstraints(relation))
    if (mentionsColumn(check.expression, name)) {
      const step = validateCheck(context, work, check)
      if (isValid(check)) work.steps.push(step)
    }
  if (!changes) return
  for (const { child, key } of keysOf(work.catalog, relation, number))
    if (isValid(key)) work.steps.push(validateReferences({ ...work, relation: work.catalog.relation(child.oid) }, key))
}

/** After ATPrepAlterColumnType and ATExecAlterColumnType. */
export const alterType: Rule = (context, work, { name = '', def }) => {
  // The columns of the table are read under its own name, however often it is made anew.
  const statement = { ...statementOf(context, work, true), aliases: new Set<string>() }
  const scope = rootScope(statement)
  const { relation, catalog } = work
  const column = findColumn(work, name)
  if (def === undefined || !('ColumnDef' in def)) throw refuse(scope, 'this ALTER TYPE')
  const { typeName, raw_default: using, collClause } = def.ColumnDef
  if (collClause !== undefined) throw refuse(scope, 'COLLATE of ALTER TYPE')
  if (usedAsType(catalog, relation)) throw refuse(scope, 'ALTER TYPE of a column of a table whose row type is used')
  const [reader] = viewsOn(context, work, column)
  if (reader !== undefined)
    throw new PgError('0A000', 'cannot alter type of a column used by a view or rule', {
      detail: `rule _RETURN on view ${reader.name} depends on column "${name}"`,
    })
  // a session that has executed a function keeps its plans, over the types that there were
  if (isMentioned(catalog, relation.name, false, context.host?.hasRun))
    throw refuse(scope, 'ALTER TYPE of a column of a table that an expression names')
  if (column.generated !== undefined) throw refuse(scope, 'ALTER TYPE of a generated column')
  const made = relation.columns.find((each) => each.generated !== undefined && mentionsColumn(each.default, name))
  if (made !== undefined)
    throw new PgError('0A000', 'cannot alter type of a column used by a generated column', {
      detail: `Column "${name}" is used by generated column "${made.name}".`,
    })
  for (const publication of catalog.contents.publications.values())
    if (publication.tables.some((each) => each.relation === relation.oid && each.filtered?.includes(column.number)))
      throw new PgError('0A000', 'cannot alter type of a column used by a publication WHERE clause', {
        detail: `publication of table ${relation.name} in publication ${publication.name} depends on column "${name}"`,
      })
  const { type, typmod } = resolveTypeName(scope, typeName as Ast.TypeName)
  const codec = findCodec({ catalog }, type)
  if (codec === undefined) throw refuse(scope, `a column of type ${formatType(catalog, type)}`)
  const keyed =
    relation.indexes.some((index) => index.computed === undefined && index.keys.includes(column.number)) ||
    relation.constraints.some((each) => each.kind !== 'check' && each.columns.includes(column.number))
  if (keyed && !codec.native && codec.key === undefined) throw refuse(scope, 'ALTER TYPE of an indexed column')
  if (uniqueConstraints(relation).some((each) => each.deferrable && each.columns.includes(column.number)))
    throw refuse(scope, 'ALTER TYPE of a column with a deferrable constraint')
  const columns = relation.columns.map((each) => ({ name: each.name, type: each.type, typmod: each.typmod }))
  const { range, item } = addRange(scope, relation.physical, columns, { kind: 'table', relation })
  scope.items = [{ ...item, name: relation.name }]
  const place = newPlace(context)
  let value = using === undefined ? undefined : bindExpression(scope, using)
  if (value === undefined)
    value = { kind: 'column', range, index: relation.columns.indexOf(column), type: column.type, typmod: column.typmod }
  const converted = coerceToTarget(statement, value, type, typmod, 'assignment')
  if (converted === undefined)
    throw using === undefined
      ? new PgError('42804', `column "${name}" cannot be cast automatically to type ${formatType(catalog, type)}`, {
          hint: `You might need to specify "USING ${name}::${formatType(catalog, type, typmod)}".`,
        })
      : new PgError(
          '42804',
          `result of USING clause for column "${name}" cannot be cast automatically to type ${formatType(catalog, type)}`,
          { hint: 'You might need to add an explicit cast.' },
        )
  requireSameKeys(scope, catalog, relation, column, type)
  const sql = lowerFolded(place, converted)
  const before = relation
  const { collation: _collation, storage: _storage, ...kept } = column
  update(work, { columns: relation.columns.map((each) => (each === column ? { ...kept, type, typmod } : each)) })
  const changed = findColumn(work, name)
  if (changed.default !== undefined) update(work, { columns: withDefault(statement, work, changed, column) })
  if (column.sequence !== undefined) changeSequence(scope, work, column, type)
  // they are made anew of their text (ATPostAlterTypeCleanup)
  const anew = { ...context, statement: { ...storedStatement(context.statement), catalog: work.catalog } }
  const env = { catalog, settings: statement.settings, clock: statement.clock }
  update(work, {
    indexes: work.relation.indexes.map((index) => {
      if (!hasColumn(index, column)) return index
      const read = { ...index, ...rereadIndex(scope, env, before, index) }
      return { ...read, computed: orRefuse(scope, () => recomputedIndex(anew, work.relation, read)) }
    }),
    constraints: work.relation.constraints.map((each) =>
      each.kind === 'check' && mentionsColumn(each.expression, name)
        ? { ...each, expression: rereadCheck(scope, env, before, each.expression) }
        : each,
    ),
  })
  work.steps.push(
    ...rebuild(work.catalog, before, work.relation, place, (each) =>
      each.number === column.number ? sql : keep(before)(each),
    ),
  )
  revalidate(context, work, column.number, using !== undefined || !isInteger(column.type) || !isInteger(type))
}
