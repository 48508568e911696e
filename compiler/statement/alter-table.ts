/** ALTER TABLE. Manual: "ALTER TABLE"; after tablecmds.c. */

import type * as Ast from '@pgsql/types'
import { PgError, Unsupported } from '../../wire/protocol/error.ts'
import { findRelation } from '../bind/relation.ts'
import { nothingElse, refuse, rootScope, type Scope, type Statement } from '../bind/scope.ts'
import { writtenQuery } from '../bind/view.ts'
import { type Catalog, FIRST_USER_OID } from '../catalog/catalog.ts'
import { constraintTrigger, foreignKeys, isValid } from '../catalog/constraint.ts'
import type { ColumnInfo, ConstraintInfo, ForeignKey, RelationInfo } from '../catalog/entries.ts'
import { isParent } from '../catalog/inheritance.ts'
import { SYSTEM_COLUMNS } from '../catalog/system-column.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import type { Expr } from '../tree/expression.ts'
import { planAlterComposite } from './alter-composite.ts'
import { alterConstraint } from './alter-constraint.ts'
import { dropExpression, generatedValue, setExpression } from './alter-expression.ts'
import { FAMILY_RULES, type Rule, setColumn, update, type Work } from './alter-family.ts'
import { addIdentity, dropIdentity, setIdentity } from './alter-identity.ts'
import { planAlterIndex } from './alter-index.ts'
import { alterType } from './alter-type.ts'
import { findColumn, keep, mentionsColumn, statementOf, usedAsType, viewsOn } from './altered-table.ts'
import { addInherit, attachPartition, detachPartition, dropInherit } from './attach.ts'
import { clusterOn, dropCluster } from './cluster.ts'
import { checkDefaults } from './column-default.ts'
import { setCompression, setStatistics, setStorage } from './column-hints.ts'
import type { Pending } from './constraint-attribute.ts'
import { isPartName, requireNewName } from './constraint-name.ts'
import { common, newPlace, type StatementContext } from './context.ts'
import { addSequences, bindColumn, bindConstraints, type PendingSequence } from './create-table.ts'
import { definition, requirePlainIndexes, scopeOf } from './definition.ts'
import { enableTrigger } from './enable-trigger.ts'
import { bindForeignKey } from './foreign-key.ts'
import { declaredNotNull, localNotNull, withoutNotNull } from './not-null.ts'
import { asColumnCommand, givenName, keptToItself } from './not-null-command.ts'
import { isOwnerChange, planRelationOwner, withRelationOwner } from './owner.ts'
import { uniqueIndexSql } from './physical.ts'
import { rebuild } from './rebuild.ts'
import { RELATION_NOUNS, requireKind } from './relation-noun.ts'
import { withReplicaIdentity } from './replica-identity.ts'
import { rewriteViews, viewsOf } from './rewrite-views.ts'
import { setRowSecurity } from './row-security.ts'
import { setLogged } from './set-logged.ts'
import { storageParameters, withoutParameters } from './storage-parameter.ts'
import { validateCheck, validateConstraint, validateReferences, validateUnique } from './validate-constraint.ts'
import { defaultOf } from './write.ts'

const addColumn: Rule = (context, work, { def, missing_ok: missingOk = false }) => {
  const scope = rootScope(statementOf(context, work))
  if (def === undefined || !('ColumnDef' in def)) throw refuse(scope, 'this ADD COLUMN')
  const { relation } = work
  const name = def.ColumnDef.colname ?? ''
  if (relation.columns.some((column) => column.name === name)) {
    if (!missingOk) throw new PgError('42701', `column "${name}" of relation "${relation.name}" already exists`)
    context.statement.notice('42701', `column "${name}" of relation "${relation.name}" already exists, skipping`)
    return
  }
  if (usedAsType(work.catalog, relation)) throw refuse(scope, 'ADD COLUMN to a table whose row type is used')
  const pending: Pending[] = []
  const sequences: PendingSequence[] = []
  const bound = bindColumn(
    rootScope(statementOf(context, work, true)),
    def.ColumnDef,
    relation.columns,
    pending,
    sequences,
  )
  const number = Math.max(bound.number, ...(relation.dropped ?? []).map((column) => column.number + 1))
  const given = { ...bound, number }
  const element = work.catalog.elementType(work.catalog.baseType(given.type)) || work.catalog.baseType(given.type)
  if (work.catalog.type(element).relation === relation.oid)
    throw new PgError('42P16', `composite type ${relation.name} cannot be made a member of itself`)
  const before = relation
  work.catalog = withoutStars(context, work)
  update(work, { columns: [...relation.columns, given] })
  const fresh =
    checkDefaults(rootScope(statementOf(context, work)), {
      name: relation.name,
      schema: relation.schema,
      columns: given.generated === undefined ? [given] : [...relation.columns, given],
    }).at(-1) ?? given
  update(work, { columns: [...relation.columns, fresh] })
  const numbered = sequences.map((sequence) => ({ ...sequence, column: number }))
  const withSequences = addSequences(work.catalog, work.relation, numbered)
  work.catalog = withSequences.catalog
  work.relation = withSequences.relation
  const place = newPlace({ ...context, statement: statementOf(context, work) })
  const final = findColumn(work, name)
  const value = lowerFolded(place, initialValue(statementOf(context, work), before, work.relation, final))
  work.steps.push(
    ...rebuild(work.catalog, before, work.relation, place, (column) =>
      column.number === fresh.number ? value : keep(before)(column),
    ),
  )
  if (fresh.notNull) validateNotNull(work, final)
  for (const { node, column } of pending) addConstraintNode(context, work, node, column)
}

/** What a new column is in the rows that a table has: its default, or what it is generated from. */
const initialValue = (statement: Statement, before: RelationInfo, after: RelationInfo, column: ColumnInfo): Expr => {
  if (column.generated === undefined) return defaultOf(statement, after, column)
  return generatedValue(statement, before, after, column)
}

/** What a star means in the views of a table is what it has meant before; a view that cannot be written anew stays as it is. */
const withoutStars = ({ statement: { settings, clock } }: StatementContext, { catalog, relation }: Work): Catalog => {
  try {
    return rewriteViews({ catalog, settings, clock }, catalog, relation)
  } catch (error) {
    if (error instanceof Unsupported) return catalog
    throw error
  }
}

const validateNotNull = ({ relation, steps }: Work, { name, physical }: ColumnInfo): void => {
  steps.push({
    sql: `SELECT 1 FROM ${quoteName(relation.physical)} WHERE ${quoteName(physical)} IS NULL LIMIT 1`,
    functions: [],
    raise: { code: '23502', message: `column "${name}" of relation "${relation.name}" contains null values` },
  })
}

const dependedOn = (what: string): PgError =>
  new PgError('2BP01', `cannot drop ${what} because other objects depend on it`, {
    hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
  })

/** A publication names a column in a list or reads it in WHERE. */
const isPublished = ({ contents }: Catalog, { oid }: RelationInfo, number: number): boolean =>
  [...contents.publications.values()].some(({ tables }) =>
    tables.some(
      ({ relation, columns, filtered }) =>
        relation === oid && (columns?.includes(number) === true || filtered?.includes(number) === true),
    ),
  )

export const dropColumn: Rule = (context, work, { name = '', behavior, missing_ok: missingOk = false }) => {
  const scope = rootScope(statementOf(context, work))
  const { relation, catalog } = work
  const { settings, clock } = context.statement
  const found = relation.columns.find((column) => column.name === name)
  if (SYSTEM_COLUMNS.has(name)) throw refuse(scope, 'DROP of a system column')
  if (found === undefined) {
    if (!missingOk) throw new PgError('42703', `column "${name}" of relation "${relation.name}" does not exist`)
    context.statement.notice('00000', `column "${name}" of relation "${relation.name}" does not exist, skipping`)
    return
  }
  if (usedAsType(catalog, relation)) throw refuse(scope, 'DROP COLUMN of a table whose row type is used')
  const [reader] = viewsOn(context, work, found)
  if (reader !== undefined && behavior === 'DROP_CASCADE')
    throw refuse(scope, 'DROP COLUMN … CASCADE of what views read')
  if (reader !== undefined) throw dependedOn(`column ${name} of table ${relation.name}`)
  if (isPublished(catalog, relation, found.number)) {
    if (behavior === 'DROP_CASCADE') throw refuse(scope, 'DROP COLUMN … CASCADE of what publications name')
    throw dependedOn(`column ${name} of table ${relation.name}`)
  }
  const made = relation.columns.filter(
    (column) => column !== found && column.generated !== undefined && mentionsColumn(column.default, name),
  )
  if (made.length > 0) {
    if (behavior !== 'DROP_CASCADE') throw dependedOn(`column ${name} of table ${relation.name}`)
    for (const column of made) dropColumn(context, work, { name: column.name, behavior })
    context.statement.notice(
      '00000',
      `drop cascades to ${made.length === 1 ? `column ${made[0]?.name} of table ${relation.name}` : `${made.length} other objects`}`,
    )
    return dropColumn(context, work, { name, behavior })
  }
  for (const other of catalog.contents.relations.values())
    for (const key of foreignKeys(other))
      if (key.target === relation.oid && key.targetColumns.includes(found.number)) {
        if (behavior === 'DROP_CASCADE' || other.oid === relation.oid)
          throw refuse(scope, 'DROP COLUMN of a referenced key')
        throw dependedOn(`column ${name} of table ${relation.name}`)
      }
  const isOwner = [...work.catalog.contents.relations.values()].some(
    ({ sequence }) => sequence?.ownedBy?.relation === work.relation.oid && sequence.ownedBy.column === found.number,
  )
  if (found.sequence !== undefined || isOwner) throw refuse(scope, 'DROP COLUMN of a column with a sequence')
  const involves = (constraint: ConstraintInfo): boolean =>
    constraint.kind === 'check'
      ? mentionsColumn(constraint.expression, name)
      : constraint.columns.includes(found.number) ||
        ('included' in constraint && constraint.included?.includes(found.number) === true)
  const before = relation
  update(work, {
    columns: relation.columns.filter((column) => column !== found),
    dropped: [...(relation.dropped ?? []), found],
    constraints: relation.constraints.filter((constraint) => !involves(constraint)),
    indexes: relation.indexes.filter(
      (index) =>
        !index.keys.includes(found.number) &&
        !index.included?.includes(found.number) &&
        !mentionsColumn([index.keys, index.predicate], name),
    ),
  })
  work.catalog = rewriteViews({ catalog, settings, clock }, work.catalog, before)
  work.steps.push(...rebuild(work.catalog, before, work.relation, newPlace(context), keep(before)))
}

const columnDefault: Rule = (context, work, { name = '', def }) => {
  const column = findColumn(work, name)
  const { relation } = work
  const scope = rootScope(statementOf(context, work))
  if (relation.kind !== 'r' && relation.kind !== 'p') throw refuse(scope, 'a default of a view')
  if (column.identity !== undefined)
    throw new PgError('42601', `column "${name}" of relation "${relation.name}" is an identity column`)
  if (column.generated !== undefined)
    throw new PgError('42601', `column "${name}" of relation "${relation.name}" is a generated column`)
  setColumn(work, name, ({ default: _default, sequence: _sequence, ...rest }) =>
    def === undefined ? rest : { ...rest, default: def },
  )
  if (def === undefined) return
  const [checked] = checkDefaults(rootScope(statementOf(context, work)), {
    name: relation.name,
    schema: relation.schema,
    columns: [findColumn(work, name)],
  })
  setColumn(work, name, (given) => checked ?? given)
}

const setNotNull: Rule = (_context, work, command) => {
  const { name = '' } = command
  const column = findColumn(work, name)
  const given = givenName(work.relation, column, command)
  if (column.notNull) {
    if (column.notNullNoInherit && command.recurse) throw keptToItself(work.relation, column)
    setColumn(work, name, localNotNull)
    return
  }
  validateNotNull(work, column)
  setColumn(work, name, (each) => declaredNotNull(each, given))
}

const dropNotNull: Rule = (context, work, { name = '' }) => {
  const column = findColumn(work, name)
  const { relation } = work
  if (column.identity !== undefined)
    throw new PgError('42601', `column "${name}" of relation "${relation.name}" is an identity column`)
  if (relation.constraints.some((each) => each.kind === 'primary' && each.columns.includes(column.number)))
    throw new PgError('42P16', `column "${name}" is in a primary key`)
  if (!column.notNull) return
  setColumn(work, name, withoutNotNull)
  // NOT NULL is declared in SQLite too.
  work.steps.push(...rebuild(work.catalog, relation, work.relation, newPlace(context), keep(relation)))
}

const addConstraintNode = (
  context: StatementContext,
  work: Work,
  node: Ast.Constraint,
  column: string | undefined,
): void => {
  const isKey = node.contype === 'CONSTR_PRIMARY' || node.contype === 'CONSTR_UNIQUE'
  const scope = rootScope(statementOf(context, work, isKey))
  const { relation } = work
  if (node.contype === 'CONSTR_FOREIGN') {
    const bound = bindForeignKey(scope, work.catalog, relation, node, column)
    requireNewName(relation, bound.name)
    const key: ForeignKey = node.skip_validation ? { ...bound, notValid: true } : bound
    update(work, { constraints: [...relation.constraints, key] })
    if (isValid(key)) work.steps.push(validateReferences(work, key))
    return
  }
  if (
    !['CONSTR_CHECK', 'CONSTR_PRIMARY', 'CONSTR_UNIQUE'].includes(node.contype ?? '') ||
    (node.indexname ?? '') !== ''
  )
    throw refuse(scope, `${(node.contype ?? '').replace('CONSTR_', '')} constraints`)
  const bound = bindConstraints(
    scope,
    relation.schema,
    relation.name,
    relation.columns,
    [{ node, column }],
    relation.constraints,
    true,
  )
  const [first] = bound.constraints
  if (first === undefined) return
  requireNewName(relation, first.name)
  const constraint: ConstraintInfo =
    first.kind === 'check' && node.skip_validation ? { ...first, notValid: true } : first
  const columns = bound.columns.map((each) => {
    const before = relation.columns.find(({ number }) => number === each.number)
    return constraint.kind === 'primary' && before?.notNull ? before : each
  })
  update(work, { constraints: [...relation.constraints, constraint], columns })
  if (constraint.kind === 'check') {
    if (isValid(constraint)) work.steps.push(validateCheck(context, work, constraint))
    return
  }
  if (constraint.kind === 'primary')
    for (const number of constraint.columns) {
      const each = relation.columns.find((it) => it.number === number)
      if (each !== undefined && !each.notNull) validateNotNull(work, each)
    }
  const [sql = ''] = uniqueIndexSql(work.catalog, { ...work.relation, constraints: [constraint] })
  work.steps.push({ sql, functions: [], duplicate: `could not create unique index "${constraint.name}"` })
  if (constraint.kind !== 'foreign' && constraint.deferrable) work.steps.push(validateUnique(work, constraint))
}

const addConstraint: Rule = (context, work, { def }) => {
  if (def === undefined || !('Constraint' in def)) throw refuse(rootScope(context.statement), 'this constraint')
  addConstraintNode(context, work, def.Constraint, undefined)
}

/** Whether a view shows columns that a key of its GROUP BY decides (check_functional_grouping): it means nothing without the key. */
const groupsByKey = (
  { statement: { settings, clock } }: StatementContext,
  catalog: Catalog,
  relation: RelationInfo,
  key: ConstraintInfo,
  view: RelationInfo,
): boolean => {
  const constraints = relation.constraints.filter((each) => each !== key)
  const isUnderstood = (known: Catalog): boolean => {
    try {
      writtenQuery({ catalog: known, settings, clock }, view)
      return true
    } catch (error) {
      if (error instanceof PgError) return false
      throw error
    }
  }
  return isUnderstood(catalog) && !isUnderstood(catalog.withRelation({ ...relation, constraints }))
}

const dropConstraint: Rule = (context, work, { name = '', behavior, missing_ok: missingOk = false }) => {
  const { relation, catalog } = work
  const found = relation.constraints.find((constraint) => constraint.name === name)
  const scope = rootScope(context.statement)
  if (found === undefined) {
    const trigger = constraintTrigger(relation, name)
    if (trigger !== undefined)
      throw new PgError(
        '2BP01',
        `cannot drop constraint ${name} on table ${relation.name} because trigger ${trigger.name} on table ${relation.name} requires it`,
        { hint: `You can drop trigger ${trigger.name} on table ${relation.name} instead.` },
      )
    if (isPartName(relation, name))
      throw new PgError('42P16', `cannot drop inherited constraint "${name}" of relation "${relation.name}"`)
    if (!missingOk) throw new PgError('42704', `constraint "${name}" of relation "${relation.name}" does not exist`)
    context.statement.notice('00000', `constraint "${name}" of relation "${relation.name}" does not exist, skipping`)
    return
  }
  if (found.kind === 'primary' || found.kind === 'unique') {
    if (viewsOf(catalog, relation).some((view) => groupsByKey(context, catalog, relation, found, view))) {
      if (behavior === 'DROP_CASCADE') throw refuse(scope, 'DROP CONSTRAINT … CASCADE of a key that a view groups by')
      throw dependedOn(`constraint ${name} on table ${relation.name}`)
    }
    const users = [...catalog.contents.relations.values()].filter((other) =>
      foreignKeys(other).some((key) => key.target === relation.oid),
    )
    if (users.length > 0) {
      if (
        behavior === 'DROP_CASCADE' ||
        users.some((other) => foreignKeys(other).filter((key) => key.target === relation.oid).length > 1)
      )
        throw refuse(scope, 'DROP CONSTRAINT of a referenced key')
      const same = users.some((other) =>
        foreignKeys(other).some(
          (key) =>
            key.target === relation.oid && key.targetColumns.toSorted().join() === found.columns.toSorted().join(),
        ),
      )
      if (same) throw dependedOn(`constraint ${name} on table ${relation.name}`)
    }
    work.steps.push({ sql: `DROP INDEX ${quoteName(`${relation.physical}.${name}`)}`, functions: [] })
  }
  update(work, { constraints: relation.constraints.filter((constraint) => constraint !== found) })
}

const replicaIdentity: Rule = (context, work, { def }) => {
  const scope = rootScope(statementOf(context, work))
  if (def === undefined || !('ReplicaIdentityStmt' in def)) throw refuse(scope, 'this REPLICA IDENTITY')
  work.relation = withReplicaIdentity(scope, work.relation, def.ReplicaIdentityStmt)
  work.catalog = work.catalog.withRelation(work.relation)
}

const setParameters: Rule = (context, work, { subtype, def }) => {
  const { relation } = work
  if (relation.kind === 'p')
    throw new PgError('42809', 'cannot specify storage parameters for a partitioned table', {
      hint: 'Specify storage parameters for its leaf partitions instead.',
    })
  const nodes = def !== undefined && 'List' in def ? (def.List.items ?? []) : []
  const { options: before = [] } = relation
  const options =
    subtype === 'AT_ResetRelOptions'
      ? withoutParameters(nodes, before)
      : storageParameters(
          rootScope(statementOf(context, work)),
          nodes,
          relation.kind === 'v' ? 'view' : 'table',
          before,
        )
  const { options: _options, ...rest } = relation
  work.relation = options.length === 0 ? rest : { ...rest, options }
  work.catalog = work.catalog.withRelation(work.relation)
}

/** What there is but one of. @throws PgError 42704 */
const only =
  (what: string, name: string): Rule =>
  (context, work, cmd) => {
    const scope = rootScope(statementOf(context, work))
    if (cmd.name !== name) throw refuse(scope, `the ${what} "${cmd.name ?? 'default'}"`)
  }

const RULES: Readonly<Record<string, Rule>> = {
  AT_AddColumn: addColumn,
  AT_DropColumn: dropColumn,
  AT_ColumnDefault: columnDefault,
  AT_SetNotNull: setNotNull,
  AT_DropNotNull: dropNotNull,
  AT_AddConstraint: addConstraint,
  AT_DropConstraint: dropConstraint,
  AT_AlterConstraint: alterConstraint,
  AT_ValidateConstraint: validateConstraint,
  AT_AddIdentity: addIdentity,
  AT_SetIdentity: setIdentity,
  AT_DropIdentity: dropIdentity,
  AT_SetExpression: setExpression,
  AT_DropExpression: dropExpression,
  AT_AlterColumnType: alterType,
  AT_SetStatistics: setStatistics,
  AT_SetStorage: setStorage,
  AT_SetCompression: setCompression,
  AT_EnableTrig: enableTrigger('O'),
  AT_DisableTrig: enableTrigger('D'),
  AT_EnableAlwaysTrig: enableTrigger('A'),
  AT_EnableReplicaTrig: enableTrigger('R'),
  AT_EnableTrigUser: enableTrigger('O', 'user'),
  AT_DisableTrigUser: enableTrigger('D', 'user'),
  AT_EnableTrigAll: enableTrigger('O', 'all'),
  AT_DisableTrigAll: enableTrigger('D', 'all'),
  AT_ClusterOn: clusterOn,
  AT_DropCluster: dropCluster,
  AT_SetTableSpace: only('tablespace', 'pg_default'),
  AT_SetAccessMethod: only('access method', 'heap'),
  AT_AttachPartition: attachPartition,
  AT_DetachPartition: detachPartition,
  AT_AddInherit: addInherit,
  AT_DropInherit: dropInherit,
  AT_ChangeOwner: (context, work, { newowner = {} }) => {
    work.catalog = withRelationOwner(rootScope(statementOf(context, work)), work.relation.oid, newowner)
    work.relation = work.catalog.relation(work.relation.oid)
  },
  AT_ReplicaIdentity: replicaIdentity,
  AT_SetRelOptions: setParameters,
  AT_ResetRelOptions: setParameters,
  AT_SetLogged: setLogged,
  AT_SetUnLogged: setLogged,
  AT_EnableRowSecurity: setRowSecurity,
  AT_DisableRowSecurity: setRowSecurity,
  AT_ForceRowSecurity: setRowSecurity,
  AT_NoForceRowSecurity: setRowSecurity,
}

/** What may be done to other relations than tables, by their kind. */
const OF_OTHERS: Partial<Record<RelationInfo['kind'], ReadonlySet<string | undefined>>> = {
  S: new Set(['AT_SetLogged', 'AT_SetUnLogged']),
  v: new Set(['AT_SetRelOptions', 'AT_ResetRelOptions']),
  m: new Set(['AT_SetRelOptions', 'AT_ResetRelOptions', 'AT_ClusterOn', 'AT_DropCluster']),
}

/** The passes in which PostgreSQL does the commands of one statement (AlterTablePass). */
const PASSES = ['drop', 'type', 'column', 'check', 'not null', 'key', 'other', 'misc'] as const

const KEYS: ReadonlySet<string | undefined> = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_EXCLUSION'])

const passOf = ({ subtype, def }: Ast.AlterTableCmd): (typeof PASSES)[number] => {
  switch (subtype) {
    case 'AT_DropColumn':
    case 'AT_DropConstraint':
    case 'AT_DropNotNull':
    case 'AT_DropIdentity':
      return 'drop'
    case 'AT_ColumnDefault':
      return def === undefined ? 'drop' : 'other'
    case 'AT_AlterColumnType':
      return 'type'
    case 'AT_AddColumn':
      return 'column'
    case 'AT_SetNotNull':
      return 'not null'
    case 'AT_AddIdentity':
    case 'AT_SetIdentity':
      return 'other'
    case 'AT_AddConstraint': {
      const contype = def !== undefined && 'Constraint' in def ? def.Constraint.contype : undefined
      return KEYS.has(contype) ? 'key' : contype === 'CONSTR_FOREIGN' ? 'other' : 'check'
    }
    default:
      return 'misc'
  }
}

export const planAlterTable = (context: StatementContext, node: Ast.AlterTableStmt): DefinitionPlan | NothingPlan => {
  const { relation: range, cmds = [], objtype = 'OBJECT_TABLE', missing_ok: missingOk = false, ...rest } = node
  const scope: Scope = scopeOf(context)
  nothingElse(scope, 'ALTER TABLE', rest)
  const { statement } = scope
  if (isOwnerChange(node)) return planRelationOwner(context, node)
  if (objtype === 'OBJECT_TYPE') return planAlterComposite(context, node)
  if (objtype === 'OBJECT_INDEX') return planAlterIndex(context, node)
  for (const cmd of cmds)
    if (!('AlterTableCmd' in cmd) || RULES[cmd.AlterTableCmd.subtype ?? ''] === undefined)
      throw refuse(
        scope,
        `${('AlterTableCmd' in cmd ? (cmd.AlterTableCmd.subtype ?? '') : '').replace('AT_', '')} of ALTER TABLE`,
      )
  const tag = RELATION_NOUNS[objtype]?.tag
  if (tag === undefined) throw refuse(scope, `ALTER ${objtype.replace('OBJECT_', '')}`)
  const name = range?.relname ?? ''
  const schema = range?.schemaname === '' ? undefined : range?.schemaname
  const relation = findRelation(statement, schema, name)
  if (relation === undefined) {
    if (!missingOk) {
      if (schema !== undefined && !statement.catalog.hasSchema(schema))
        throw new PgError('3F000', `schema "${schema}" does not exist`)
      if (name.startsWith('pg_')) throw refuse(scope, `the catalog ${name}`)
      for (const each of statement.catalog.contents.relations.values())
        if ([...each.indexes, ...each.constraints].some((it) => it.name === name))
          throw refuse(scope, 'ALTER TABLE of an index')
      throw new PgError('42P01', `relation "${schema === undefined ? '' : `${schema}.`}${name}" does not exist`)
    }
    statement.notice('00000', `relation "${name}" does not exist, skipping`)
    return { kind: 'nothing', ...common(context, tag) }
  }
  if (relation.oid < FIRST_USER_OID)
    throw relation.kind === 'r'
      ? new PgError('42501', `permission denied: "${name}" is a system catalog`)
      : refuse(scope, `ALTER TABLE of "${name}"`)
  requireKind(relation, objtype)
  const all = cmds.map((cmd) => {
    if (!('AlterTableCmd' in cmd)) throw refuse(scope, 'this ALTER TABLE')
    return cmd.AlterTableCmd
  })
  const isTable = relation.kind === 'r' || relation.kind === 'p'
  if (!isTable && !all.every(({ subtype }) => OF_OTHERS[relation.kind]?.has(subtype)))
    throw refuse(scope, `ALTER TABLE of "${name}"`)
  const commands = all.toSorted((a, b) => PASSES.indexOf(passOf(a)) - PASSES.indexOf(passOf(b)))
  const work: Work = { catalog: statement.catalog, relation, steps: [] }
  const retyped = commands.flatMap(({ subtype, name: of }) => (subtype === 'AT_AlterColumnType' ? [of] : []))
  const twice = retyped.find((each, at) => retyped.indexOf(each) < at)
  if (twice !== undefined) throw new PgError('0A000', `cannot alter type of column "${twice}" twice`)
  // Every USING reads the rows as they were before the statement; here one command follows the other.
  const isUsing = ({ subtype, def }: Ast.AlterTableCmd): boolean =>
    subtype === 'AT_AlterColumnType' &&
    def !== undefined &&
    'ColumnDef' in def &&
    def.ColumnDef.raw_default !== undefined
  if (commands.some(isUsing) && (retyped.length > 1 || commands.some(({ subtype }) => subtype === 'AT_DropColumn')))
    throw refuse(scope, 'USING beside another command that changes or drops a column')
  for (const written of commands) {
    const command = { ...asColumnCommand(scope, work.relation, written), recurse: range?.inh ?? false }
    const rule = RULES[command.subtype ?? '']
    if (rule === undefined) throw refuse(scope, `${command.subtype?.replace('AT_', '')} of ALTER TABLE`)
    if ((work.relation.parents ?? []).length === 0 && !isParent(work.catalog, work.relation)) {
      rule(context, work, command)
      continue
    }
    const familyRule = FAMILY_RULES[command.subtype ?? '']
    if (familyRule === undefined)
      throw refuse(scope, `${command.subtype?.replace('AT_', '')} of a table with parents or children`)
    familyRule(context, work, command, rule, range?.inh ?? false)
  }
  requirePlainIndexes(
    context,
    work.steps.map(({ sql }) => sql),
  )
  return {
    ...definition(context, tag, work.catalog),
    steps: work.steps,
    altered: relation.oid,
    ...(work.restart === undefined ? {} : { restart: work.restart }),
  }
}
