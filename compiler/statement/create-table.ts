/** CREATE TABLE. Manual: "CREATE TABLE"; after transformCreateStmt. */

import type * as Ast from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { coerceToBoolean } from '../bind/coerce.ts'
import { bindExpression, requireCollation } from '../bind/expression.ts'
import { errorAt, nothingElse, open, refuse, rootScope, type Scope } from '../bind/scope.ts'
import { addOwnRow, rowRange } from '../bind/target-range.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { collationOid } from '../catalog/collation.ts'
import { checkConstraints } from '../catalog/constraint.ts'
import type { ColumnInfo, ConstraintInfo, RelationInfo, SequenceInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { indexNamed } from '../catalog/named-index.ts'
import { OID } from '../catalog/oid.ts'
import { declaredPersistence } from '../catalog/persistence.ts'
import { shownRecordType } from '../catalog/record-type.ts'
import { SYSTEM_COLUMNS } from '../catalog/system-column.ts'
import { bindBound, checkBound } from '../partition/bound.ts'
import { bindScheme } from '../partition/scheme.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { findCodec } from '../types/codec.ts'
import { nullConflict, requireOneValue, severalOf } from './column-conflict.ts'
import { checkDefaults } from './column-default.ts'
import { type Attributes, applyAttribute, type Pending } from './constraint-attribute.ts'
import { chooseConstraintName, isCalled, isConstraintName } from './constraint-name.ts'
import { common, type StatementContext } from './context.ts'
import { requireDefaultClass } from './create-index.ts'
import {
  addRelation,
  checkFree,
  chooseName,
  creationSchema,
  definition,
  requirePlainIndexes,
  scopeOf,
} from './definition.ts'
import { bindForeignKey } from './foreign-key.ts'
import { inheritFrom, mergeCheck, mergeColumn, requireParents } from './inherit.ts'
import { declaredNotNull } from './not-null.ts'
import { onCommitOf } from './on-commit.ts'
import { cloneIntoPartition, requireKeysInUnique, requireNothingInDefault } from './partition.ts'
import { createTableSql, physicalColumn, uniqueIndexSql } from './physical.ts'
import { sequenceOptions } from './sequence.ts'
import { storageParameters } from './storage-parameter.ts'
import { likeColumns } from './table-like.ts'

/** @throws PgError 42P16 for types that no column can have */
export const requireColumnType = (scope: Scope, name: string, type: number, location?: number): void => {
  const { catalog } = scope.statement
  const info = catalog.type(shownRecordType(type))
  if (info.kind === 'p')
    throw errorAt(
      scope,
      type === OID.unknown ? undefined : location,
      '42P16',
      `column "${name}" has pseudo-type ${formatType(catalog, info.oid)}`,
    )
  if (findCodec({ catalog }, type) === undefined)
    throw refuse(scope, `a column of type ${formatType(catalog, type)}`, location)
}

/** What serial types are short for. */
const SERIALS: Readonly<Record<string, number>> = {
  serial: OID.int4,
  serial4: OID.int4,
  bigserial: OID.int8,
  serial8: OID.int8,
  smallserial: OID.int2,
  serial2: OID.int2,
}

/** A sequence that a new column brings along. */
export interface PendingSequence {
  readonly column: number
  /** What it is to be called, with its schema; empty for a name made of the table's and the column's. */
  readonly name?: readonly string[]
  readonly info: SequenceInfo
}

/** The oid of a collation that a column asks for; undefined for the one that its type has. @throws PgError 42804 */
const collationOf = (
  scope: Scope,
  { collname = [], location }: Ast.CollateClause,
  type: number,
): number | undefined => {
  const name = collname.flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : [])).at(-1) ?? ''
  requireCollation(scope, name, type, location)
  const oid = collationOid(name)
  if (oid === undefined || oid < 0) throw refuse(scope, `the collation "${name}"`, location)
  return oid === scope.statement.catalog.type(type).collation ? undefined : oid
}

export const bindColumn = (
  scope: Scope,
  node: Ast.ColumnDef,
  columns: readonly ColumnInfo[],
  pending: Pending[],
  sequences: PendingSequence[],
): ColumnInfo => {
  const { colname: name = '', typeName, constraints = [], is_local: _local, location, collClause, ...rest } = node
  nothingElse(scope, 'column', rest)
  if (columns.some((column) => column.name === name))
    throw errorAt(scope, undefined, '42701', `column "${name}" specified more than once`)
  if (SYSTEM_COLUMNS.has(name)) throw new PgError('42701', `column name "${name}" conflicts with a system column name`)
  const typePath = (typeName?.names ?? []).map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const serial = typePath.length === 1 ? SERIALS[typePath[0] ?? ''] : undefined
  const serialArray = serial !== undefined && (typeName?.arrayBounds ?? []).length > 0
  if (serialArray) throw errorAt(scope, typeName?.location, '0A000', 'array of serial is not implemented')
  const { type, typmod, setof } =
    serial === undefined ? resolveTypeName(scope, typeName as Ast.TypeName) : { type: serial, typmod: -1, setof: false }
  if (setof) throw errorAt(scope, typeName?.location, '42P16', `column "${name}" cannot be declared SETOF`)
  requireColumnType(scope, name, type, typeName?.location)
  const collation = collClause && collationOf(scope, collClause, type)
  let notNull = serial !== undefined
  let notNullName: string | undefined
  let identity: ColumnInfo['identity']
  const number = columns.reduce((most, column) => Math.max(most, column.number), 0) + 1
  if (serial !== undefined) sequences.push({ column: number, info: sequenceOptions(scope, [], serial).info })
  let explicitNull = false
  let hasDefault = serial !== undefined
  let defaultNode: Ast.Node | undefined
  let generated: ColumnInfo['generated']
  let subject: Ast.Constraint | undefined
  let attributes: Attributes = {}
  for (const constraint of constraints) {
    if (!('Constraint' in constraint)) throw refuse(scope, 'this constraint', location)
    const { contype, raw_expr: expression } = constraint.Constraint
    if (!contype?.startsWith('CONSTR_ATTR')) {
      subject = constraint.Constraint
      attributes = {}
    }
    switch (contype) {
      case 'CONSTR_NULL':
        if (notNull) throw nullConflict(scope, name, constraint.Constraint.location)
        explicitNull = true
        break
      case 'CONSTR_NOTNULL':
        if (constraint.Constraint.is_no_inherit) throw refuse(scope, 'NO INHERIT', constraint.Constraint.location)
        if (explicitNull) throw nullConflict(scope, name, constraint.Constraint.location)
        notNull = true
        if ((constraint.Constraint.conname ?? '') !== '') notNullName = constraint.Constraint.conname
        break
      case 'CONSTR_DEFAULT':
        if (hasDefault)
          throw severalOf(
            scope,
            'default values',
            name,
            serial === undefined ? constraint.Constraint.location : undefined,
          )
        hasDefault = true
        defaultNode = expression
        break
      case 'CONSTR_GENERATED':
        generated = constraint.Constraint.generated_kind === 'v' ? 'v' : 's'
        defaultNode = expression
        break
      case 'CONSTR_IDENTITY': {
        if (identity !== undefined)
          throw severalOf(scope, 'identity specifications', name, constraint.Constraint.location)
        if (explicitNull) throw nullConflict(scope, name, constraint.Constraint.location)
        if (![OID.int2, OID.int4, OID.int8].includes(type as never))
          throw new PgError('22023', 'identity column type must be smallint, integer, or bigint')
        identity = constraint.Constraint.generated_when === 'a' ? 'a' : 'd'
        notNull = true
        {
          const { name: sequenceName, info } = sequenceOptions(scope, constraint.Constraint.options ?? [], type)
          sequences.push({ column: number, name: sequenceName, info })
        }
        break
      }
      case 'CONSTR_ATTR_DEFERRABLE':
      case 'CONSTR_ATTR_NOT_DEFERRABLE':
      case 'CONSTR_ATTR_DEFERRED':
      case 'CONSTR_ATTR_IMMEDIATE':
      case 'CONSTR_ATTR_ENFORCED':
      case 'CONSTR_ATTR_NOT_ENFORCED':
        applyAttribute(scope, pending, subject, attributes, constraint.Constraint)
        continue
      case 'CONSTR_FOREIGN':
      case 'CONSTR_PRIMARY':
      case 'CONSTR_UNIQUE':
      case 'CONSTR_CHECK':
        pending.push({ node: constraint.Constraint, column: name })
        break
      default:
        throw refuse(scope, `${(contype ?? '').replace('CONSTR_', '')} constraints`, constraint.Constraint.location)
    }
    // The default of a serial column is written nowhere.
    const at = serial === undefined ? constraint.Constraint.location : undefined
    requireOneValue(scope, name, { hasDefault, identity, generated }, at)
  }
  if (generated === 'v' && notNull) throw refuse(scope, 'NOT NULL of a virtual generated column', location)
  return {
    number,
    name,
    physical: physicalColumn(columns, name),
    type,
    typmod,
    ...((typeName?.arrayBounds ?? []).length > 0 ? { dimensions: typeName?.arrayBounds?.length ?? 0 } : {}),
    ...(collation === undefined ? {} : { collation }),
    notNull,
    ...(notNullName === undefined ? {} : { notNullName }),
    ...(identity === undefined ? {} : { identity }),
    ...(defaultNode === undefined ? {} : { default: defaultNode }),
    ...(generated === undefined ? {} : { generated }),
  }
}

/** The columns that a CHECK names, in the order of the table. */
const columnsOfCheck = (node: unknown, columns: readonly ColumnInfo[]): string[] => {
  const names = new Set<string>()
  const walk = (tree: unknown): void => {
    if (Array.isArray(tree)) for (const item of tree) walk(item)
    else if (typeof tree === 'object' && tree !== null) {
      const { ColumnRef } = tree as { ColumnRef?: Ast.ColumnRef }
      const last = ColumnRef?.fields?.at(-1)
      if (last !== undefined && 'String' in last) names.add(last.String.sval ?? '')
      for (const value of Object.values(tree)) walk(value)
    }
  }
  walk(node)
  return columns.filter(({ name }) => names.has(name)).map(({ name }) => name)
}

/** Constraints with names, in PostgreSQL's order: checks first, then keys. */
export const bindConstraints = (
  scope: Scope,
  schema: string,
  table: string,
  columns: readonly ColumnInfo[],
  pending: readonly Pending[],
  existing: readonly ConstraintInfo[] = [],
  altered = false,
): { readonly constraints: ConstraintInfo[]; readonly columns: readonly ColumnInfo[] } => {
  const { catalog } = scope.statement
  const constraints: ConstraintInfo[] = []
  let result = columns
  const nameTaken = (name: string): boolean => [...existing, ...constraints].some((each) => isCalled(each, name))
  const isRelation = (name: string): boolean =>
    name === table ||
    catalog.relationNamed(schema, name) !== undefined ||
    indexNamed(catalog, schema, name) !== undefined
  const explicit = pending.flatMap(({ node }) =>
    node.conname === undefined || node.conname === '' ? [] : [node.conname],
  )
  for (const { node } of pending) {
    if (node.contype !== 'CONSTR_CHECK') continue
    const { raw_expr: expression, conname, is_no_inherit: noInherit, is_enforced: enforced } = node
    const used = columnsOfCheck(expression, columns)
    const name =
      conname ||
      chooseConstraintName(
        catalog,
        schema,
        (it) => nameTaken(it) || explicit.includes(it),
        table,
        used.length === 1 ? used : [],
        'check',
      )
    if (nameTaken(name)) throw new PgError('42710', `constraint "${name}" for relation "${table}" already exists`)
    const own = rootScope(scope.statement, { clause: 'check' })
    addOwnRow(own, rowRange({ name: table, columns } as unknown as RelationInfo, table, 0, []), { name: table, schema })
    coerceToBoolean(scope.statement, bindExpression(own, expression as Ast.Node), 'CHECK')
    constraints.push({
      kind: 'check',
      name,
      expression: expression as Ast.Node,
      ...(noInherit ? { noInherit } : {}),
      ...(enforced ? {} : { notEnforced: true }),
    })
  }
  const keys: ConstraintInfo[] = []
  for (const { node, column } of pending) {
    if (node.contype !== 'CONSTR_PRIMARY' && node.contype !== 'CONSTR_UNIQUE') continue
    const {
      contype,
      conname,
      keys: keyNodes = [],
      including = [],
      initdeferred: deferred = false,
      deferrable = deferred,
      indexname,
      nulls_not_distinct: nullsNotDistinct = false,
      without_overlaps: overlaps,
      options = [],
    } = node
    if ((indexname ?? '') !== '' || overlaps || (deferrable && nullsNotDistinct))
      throw refuse(scope, 'this unique constraint', node.location)
    const names =
      column !== undefined ? [column] : keyNodes.map((key) => ('String' in key ? (key.String.sval ?? '') : ''))
    const isPrimary = contype === 'CONSTR_PRIMARY'
    const numbers = names.map((name) => {
      const found = result.find((each) => each.name === name)
      if (found === undefined)
        throw errorAt(
          scope,
          altered ? undefined : node.location,
          '42703',
          // of a table that is there it is looked for when it is to be NOT NULL (transformIndexConstraint)
          isPrimary && altered
            ? `column "${name}" of relation "${table}" does not exist`
            : `column "${name}" named in key does not exist`,
        )
      if (found.generated === 'v')
        throw new PgError(
          '0A000',
          `${isPrimary ? 'primary keys' : 'unique constraints'} on virtual generated columns are not supported`,
        )
      requireDefaultClass(catalog, found.type)
      const codec = findCodec({ catalog }, found.type)
      if (codec === undefined || (!codec.native && codec.key === undefined))
        throw refuse(scope, `a unique constraint on type ${formatType(catalog, found.type)}`, node.location)
      return found.number
    })
    const included = including.map((part) => {
      const name = 'String' in part ? (part.String.sval ?? '') : ''
      const found = result.find((each) => each.name === name)
      if (found === undefined)
        throw errorAt(
          scope,
          altered ? undefined : node.location,
          '42703',
          `column "${name}" named in key does not exist`,
        )
      names.push(name)
      return found.number
    })
    const storage = storageParameters(scope, options, { index: 'btree' })
    const duplicate = names.slice(0, numbers.length).find((name, at) => names.indexOf(name) < at)
    if (duplicate !== undefined)
      throw errorAt(
        scope,
        node.location,
        '42701',
        `column "${duplicate}" appears twice in ${isPrimary ? 'primary key' : 'unique'} constraint`,
      )
    if (isPrimary) {
      if ([...existing, ...keys].some((each) => each.kind === 'primary'))
        throw errorAt(
          scope,
          altered ? undefined : node.location,
          '42P16',
          `multiple primary keys for table "${table}" are not allowed`,
        )
      const isOwn = ({ notNull, notNullOnlyInherited }: ColumnInfo): boolean => notNull && !notNullOnlyInherited
      result = result.map((each) => (numbers.includes(each.number) && !isOwn(each) ? declaredNotNull(each) : each))
    }
    const isKey = (name: string): boolean => isRelation(name) || keys.some((each) => each.name === name)
    const taken = (name: string): boolean => isKey(name) || nameTaken(name) || isConstraintName(catalog, schema, name)
    const name = conname || (isPrimary ? chooseName(taken, table, [], 'pkey') : chooseName(taken, table, names, 'key'))
    if (conname && isKey(name)) throw new PgError('42P07', `relation "${name}" already exists`)
    if (conname && nameTaken(name))
      throw new PgError('42710', `constraint "${name}" for relation "${table}" already exists`)
    // The same key twice is one constraint.
    const same = keys.find(
      (each) =>
        each.kind !== 'check' &&
        'columns' in each &&
        each.columns.join() === numbers.join() &&
        !(isPrimary && each.kind !== 'primary'),
    )
    if (same !== undefined && !conname) continue
    keys.push({
      kind: isPrimary ? 'primary' : 'unique',
      name,
      columns: numbers,
      nullsNotDistinct,
      ...(included.length === 0 ? {} : { included }),
      ...(storage.length === 0 ? {} : { storage }),
      ...(deferrable ? { deferrable, deferred } : {}),
    })
  }
  return {
    constraints: [
      ...constraints,
      ...keys.toSorted((a, b) => Number(b.kind === 'primary') - Number(a.kind === 'primary')),
    ],
    columns: result,
  }
}

export const planCreateTable = (context: StatementContext, node: Ast.CreateStmt): DefinitionPlan | NothingPlan => {
  const {
    relation: range,
    tableElts = [],
    inhRelations = [],
    partbound,
    partspec,
    ofTypename,
    constraints = [],
    nnconstraints: _nn,
    options = [],
    oncommit,
    tablespacename: _space,
    accessMethod: _method,
    if_not_exists: ifNotExists = false,
    ...rest
  } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'CREATE TABLE', rest)
  if (ofTypename !== undefined) throw refuse(scope, 'typed tables')
  if (constraints.length > 0) throw refuse(scope, 'these constraints')
  const name = range?.relname ?? ''
  const persistence = declaredPersistence(range)
  if (partspec !== undefined && persistence.unlogged)
    throw new PgError('0A000', 'partitioned tables cannot be unlogged')
  const schema = creationSchema(scope, range ?? {}, true)
  const onCommit = onCommitOf(oncommit, schema)
  if (ifNotExists && scope.statement.catalog.relationNamed(schema, name) !== undefined) {
    scope.statement.notice('42P07', `relation "${name}" already exists, skipping`)
    return { kind: 'nothing', ...common(context, 'CREATE TABLE') }
  }
  const isPartition = partbound !== undefined
  if (partspec !== undefined && !isPartition && inhRelations.length > 0)
    throw new PgError('42P17', 'cannot create partitioned table as inheritance child')
  if (partspec !== undefined && options.length > 0)
    throw new PgError('42809', 'cannot specify storage parameters for a partitioned table', {
      hint: 'Specify storage parameters for its leaf partitions instead.',
    })
  const parents = requireParents(scope, inhRelations, { schema, name, isPartition })
  const inherited = inheritFrom(scope, parents, isPartition)
  const pending: Pending[] = []
  const own: ColumnInfo[] = []
  const ownSequences: PendingSequence[] = []
  let columns = inherited.columns
  const mentioned = new Set<string>()
  for (const element of tableElts) {
    const [tag] = open(element)
    if ('ColumnDef' in element && element.ColumnDef.typeName === undefined) {
      const { colname = '' } = element.ColumnDef
      if (mentioned.has(colname)) throw new PgError('42701', `column "${colname}" specified more than once`)
      mentioned.add(colname)
      columns = partitionColumn(scope, columns, element.ColumnDef, pending)
    } else if (
      'ColumnDef' in element &&
      element.ColumnDef.collClause !== undefined &&
      columns.some(({ name: each }) => each === element.ColumnDef.colname)
    )
      throw refuse(scope, 'the collation of an inherited column', element.ColumnDef.location)
    else if ('ColumnDef' in element) own.push(bindColumn(scope, element.ColumnDef, own, pending, ownSequences))
    else if ('Constraint' in element) {
      if (
        !['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_CHECK', 'CONSTR_FOREIGN'].includes(
          element.Constraint.contype ?? '',
        )
      )
        throw refuse(
          scope,
          `${(element.Constraint.contype ?? '').replace('CONSTR_', '')} constraints`,
          element.Constraint.location,
        )
      pending.push({ node: element.Constraint, column: undefined })
    } else if ('TableLikeClause' in element) likeColumns(scope, element.TableLikeClause, own, pending, ownSequences)
    else throw refuse(scope, tag)
  }
  checkFree(scope, schema, name)
  for (const [at, column] of own.entries()) columns = mergeColumn(scope, columns, column, at)
  const sequences = ownSequences.map(({ column, ...rest }) => {
    const owner = own.find(({ number }) => number === column)?.name
    return { ...rest, column: columns.find((each) => each.name === owner)?.number ?? 0 }
  })
  const named = new Set(pending.map(({ node: constraint }) => constraint.conname ?? ''))
  const others = inherited.checks.filter((check) => !named.has(check.name))
  const bound = bindConstraints(scope, schema, name, columns, pending, others)
  const withDefaults = checkDefaults(scope, { name, schema, columns: bound.columns })
  const checks = inherited.checks.map((check) => {
    const again = bound.constraints.find((each) => each.kind === 'check' && each.name === check.name)
    return again?.kind === 'check' ? mergeCheck(scope, name, check, again, partbound !== undefined) : check
  })
  const fresh = bound.constraints.filter((each) => !inherited.checks.some((check) => check.name === each.name))
  const [parent] = parents
  const partitionBound = partbound && parent && bindBound(scope, parent, partbound)
  if (partitionBound !== undefined && parent !== undefined && partbound !== undefined)
    checkBound(scope, name, parent, partitionBound, partbound)
  const added = addRelation(scope.statement.catalog, {
    schema,
    name,
    kind: partspec === undefined ? 'r' : 'p',
    columns: withDefaults,
    constraints: [...checks, ...fresh],
    ...(options.length === 0 ? {} : { options: storageParameters(scope, options, 'table') }),
    ...persistence,
    ...(parents.length === 0 ? {} : { parents: parents.map(({ oid }) => oid) }),
    ...(partspec === undefined
      ? {}
      : { partitioning: bindScheme(scope, { name, schema, columns: bound.columns }, partspec) }),
    ...(partitionBound === undefined ? {} : { bound: partitionBound }),
    ...onCommit,
  })
  const withSequences = addSequences(added.catalog, added.relation, sequences)
  const table = { ...withSequences.relation, constraints: [...withSequences.relation.constraints] }
  for (const { node: constraint, column } of pending)
    if (constraint.contype === 'CONSTR_FOREIGN')
      table.constraints.push(bindForeignKey(scope, withSequences.catalog, table, constraint, column))
  if (table.kind === 'p' && checkConstraints(table).some(({ noInherit }) => noInherit))
    throw new PgError('42P16', `cannot add NO INHERIT constraint to partitioned table "${name}"`)
  requireKeysInUnique(scope, table)
  const catalog = withSequences.catalog.withRelation(table)
  const made = definition(context, 'CREATE TABLE', catalog, [
    createTableSql(added.catalog, table, context.target),
    ...uniqueIndexSql(added.catalog, table),
  ])
  if (parent === undefined || partitionBound === undefined) return made
  const cloned = cloneIntoPartition(scope, catalog, parent, table)
  requireKeysInUnique(scope, cloned.relation)
  requirePlainIndexes(
    context,
    cloned.steps.map(({ sql }) => sql),
  )
  const steps = [...made.steps, ...cloned.steps, ...requireNothingInDefault(cloned.catalog, parent, table.oid)]
  return { ...made, catalog: cloned.catalog, steps }
}

/** What PARTITION OF says of a column that the parent has. @throws PgError 42703 */
const partitionColumn = (
  scope: Scope,
  columns: readonly ColumnInfo[],
  { colname: name = '', constraints = [], location }: Ast.ColumnDef,
  pending: Pending[],
): ColumnInfo[] => {
  if (!columns.some((column) => column.name === name)) throw new PgError('42703', `column "${name}" does not exist`)
  let changes: Partial<ColumnInfo> = {}
  let notNullName: string | undefined
  for (const constraint of constraints) {
    if (!('Constraint' in constraint)) throw refuse(scope, 'this constraint', location)
    const { contype, conname, raw_expr: expression } = constraint.Constraint
    if (contype === 'CONSTR_NOTNULL') notNullName = conname ?? ''
    else if (contype === 'CONSTR_DEFAULT' && expression !== undefined) changes = { ...changes, default: expression }
    else if (['CONSTR_CHECK', 'CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_FOREIGN'].includes(contype ?? ''))
      pending.push({ node: constraint.Constraint, column: name })
    else if (contype === 'CONSTR_IDENTITY')
      throw new PgError('0A000', 'identity columns are not supported on partitions')
    else throw refuse(scope, `${(contype ?? '').replace('CONSTR_', '')} constraints of a partition`, location)
  }
  return columns.map((column) => {
    if (column.name !== name) return column
    const changed = { ...column, ...changes }
    return notNullName === undefined ? changed : declaredNotNull(changed, notNullName || undefined)
  })
}

/** The sequences of serial and identity columns, named after them. */
export const addSequences = (
  before: Catalog,
  table: RelationInfo,
  sequences: readonly PendingSequence[],
): { readonly catalog: Catalog; readonly relation: RelationInfo } => {
  let catalog = before
  let relation = table
  for (const { column, name: given = [], info } of sequences) {
    const columnName = relation.columns.find((each) => each.number === column)?.name ?? ''
    const taken = (name: string): boolean =>
      catalog.relationNamed(relation.schema, name) !== undefined ||
      indexNamed(catalog, relation.schema, name) !== undefined
    const schema = given.at(-2) ?? relation.schema
    if (schema !== relation.schema) throw unsupported('a sequence in another schema than its table')
    const name = given.at(-1) ?? chooseName(taken, relation.name, [columnName], 'seq')
    if (taken(name)) throw new PgError('42P07', `relation "${name}" already exists`)
    const added = addRelation(catalog, {
      schema: relation.schema,
      name,
      kind: 'S',
      columns: [],
      ...(relation.unlogged ? { unlogged: true } : {}),
      sequence: { ...info, ownedBy: { relation: relation.oid, column } },
    })
    relation = {
      ...relation,
      columns: relation.columns.map((each) =>
        each.number === column ? { ...each, sequence: added.relation.oid } : each,
      ),
    }
    catalog = added.catalog.withRelation(relation)
  }
  return { catalog, relation }
}
