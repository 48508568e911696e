/**
 * Referential integrity, and keys that may be checked late: checked and acted upon at the end of a statement, or of the transaction, as PostgreSQL's
 * constraint triggers are.
 * Manual: "Foreign Keys"; after ri_triggers.c.
 */

import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { enforcedChecks, enforcedKeys, uniqueConstraints } from '../../compiler/catalog/constraint.ts'
import type { ColumnInfo, ForeignKey, RelationInfo } from '../../compiler/catalog/entries.ts'
import { partitionedParent } from '../../compiler/catalog/inheritance.ts'
import { ownerOf } from '../../compiler/catalog/privilege.ts'
import { keyTables, partsOf } from '../../compiler/catalog/referenced.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'
import { indexKey } from '../../compiler/statement/physical.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import type { AfterEvents } from './after-events.ts'
import { type Bindings, numbered, type SqliteDatabase } from './database.ts'
import type { Deferral, KeyCheck } from './deferral.ts'
import { kept } from './kept.ts'
import { columnsOf, keyOf } from './key.ts'
import { castValue } from './routine/cast.ts'
import { duplicateKey, missingKey, mixedKey, notNullViolation, referencedKey } from './violation.ts'

/** A row that a statement has changed. */
export interface RowChange {
  readonly relation: RelationInfo
  readonly old: readonly Value[] | undefined
  readonly new: readonly Value[] | undefined
  /** The row goes on in another partition: what refers to it there is told of an update. */
  readonly moves?: boolean
  /** Numbers of the columns that an update has computed anew; all of them where that is not known. */
  readonly assigned?: readonly number[]
}

const sameKey = (left: readonly Value[], right: readonly Value[]): boolean =>
  left.every((value, at) => value === right[at])

/** Also that they look the same: what refers to a key is told of 0 in place of -0 (ri_KeysEqual). */
const sameImage = (left: readonly Value[], right: readonly Value[]): boolean =>
  left.every((value, at) => Object.is(value, right[at]))

const where = (relation: RelationInfo, numbers: readonly number[]): string =>
  columnsOf(relation, numbers)
    .map(({ physical }, at) => `${quoteName(physical)} = :k${at}`)
    .join(' AND ')

const bindKey = (key: readonly Value[]): Bindings => numbered('k', key)

/** By a relation, then by the numbers of a key's columns. */
const existsSql = kept((relation: RelationInfo) =>
  kept(
    (numbers: readonly number[]) =>
      `SELECT 1 FROM ${quoteName(relation.physical)} WHERE ${where(relation, numbers)} LIMIT 1`,
  ),
)

const exists = (
  db: SqliteDatabase,
  relation: RelationInfo,
  numbers: readonly number[],
  key: readonly Value[],
): boolean => db.all(existsSql(relation)(numbers), bindKey(key)).length > 0

/** By a catalog, a relation and the numbers of a key's columns. */
const tablesOf = kept((catalog: Catalog) =>
  kept(({ oid }: RelationInfo) => kept((numbers: readonly number[]) => keyTables(catalog, oid, numbers))),
)

/** Whether a table has a key, or a partition of it. */
const hasKey = (
  db: SqliteDatabase,
  catalog: Catalog,
  relation: RelationInfo,
  numbers: readonly number[],
  key: readonly Value[],
): boolean => tablesOf(catalog)(relation)(numbers).some((each) => exists(db, each.relation, each.columns, key))

/** Whether changes of a relation's rows concern any constraint that is checked behind them. */
export const concernsConstraints = (catalog: Catalog, relation: RelationInfo): boolean =>
  enforcedKeys(relation).length > 0 || referencing(catalog, relation).length > 0 || deferrableKeys(relation).length > 0

export interface Reference {
  readonly child: RelationInfo
  readonly key: ForeignKey
  /** The table that it refers to, the numbers of its key's columns there, and what the constraint is called for it. */
  readonly target: number
  readonly columns: readonly number[]
  readonly name: string
}

/** A key as it refers to its table, and to each partition of that. */
const referencesOf = (catalog: Catalog, child: RelationInfo, key: ForeignKey): Reference[] => [
  { child, key, target: key.target, columns: key.targetColumns, name: key.name },
  ...partsOf(catalog, key).map(({ key: { target, targetColumns: columns, name } }) => ({
    child,
    key,
    target,
    columns,
    name,
  })),
]

/** All of a catalog's keys by the relation that they refer to. */
const references = kept((catalog: Catalog) => {
  const all = [...catalog.contents.relations.values()].flatMap((child) =>
    enforcedKeys(child).flatMap((key) => referencesOf(catalog, child, key)),
  )
  return Map.groupBy(all, ({ target }) => target)
})

/** The keys that refer to a relation. */
const referencing = (catalog: Catalog, { oid }: RelationInfo): readonly Reference[] =>
  references(catalog).get(oid) ?? []

/** The key that a child's row refers to; undefined when it refers to nothing. */
const reference = (relation: RelationInfo, key: ForeignKey, values: readonly Value[]): Value[] | undefined => {
  const own = keyOf(relation, values, key.columns)
  const nulls = own.filter((value) => value === null).length
  if (nulls === 0) return own
  if (key.match === 'f' && nulls < own.length) throw mixedKey(relation, key.name)
  return undefined
}

/** Whether two rows or more have a key. */
const isDuplicate = (
  db: SqliteDatabase,
  catalog: Catalog,
  relation: RelationInfo,
  numbers: readonly number[],
  key: readonly Value[],
): boolean => {
  const same = columnsOf(relation, numbers).map((column, at) => {
    const own = indexKey(catalog, column)
    return `${own} = ${own.replace(quoteName(column.physical), `:k${at}`)}`
  })
  return (
    db.all(`SELECT 1 FROM ${quoteName(relation.physical)} WHERE ${same.join(' AND ')} LIMIT 2`, bindKey(key)).length > 1
  )
}

/**
 * Whether a constraint holds for a key, as things are now. One that has gone holds.
 * @throws PgError 23503, 23505
 */
export const checkKey = (
  db: SqliteDatabase,
  env: Environment,
  { kind, relation: oid, constraint: name, key, target: from }: KeyCheck,
): void => {
  const { catalog } = env
  const relation = catalog.findRelation(oid)
  if (kind === 'unique') {
    const unique = relation && uniqueConstraints(relation).find((each) => each.name === name)
    if (relation !== undefined && unique !== undefined && isDuplicate(db, catalog, relation, unique.columns, key))
      throw duplicateKey(env, relation, unique, key)
    return
  }
  const constraint = relation && enforcedKeys(relation).find((each) => each.name === name)
  if (relation === undefined || constraint === undefined) return
  const target = catalog.relation(constraint.target)
  const isThere = (): boolean => hasKey(db, catalog, target, constraint.targetColumns, key)
  const isWanted = (): boolean => hasKey(db, catalog, relation, constraint.columns, key)
  if (kind === 'reference') {
    if (isThere() || !isWanted()) return
    throw missingKey(env, relation, constraint, target, key)
  }
  if (!isWanted() || isThere()) return
  const told = referencesOf(catalog, relation, constraint)
  throw referencedKey(env, told.find((each) => each.target === from) ?? (told[0] as Reference), key, false)
}

const deferrableKeys = (relation: RelationInfo) => uniqueConstraints(relation).filter(({ deferrable }) => deferrable)

const checkUnique = (deferral: Deferral, { relation, old, new: row }: RowChange): void => {
  if (row === undefined) return
  for (const constraint of deferrableKeys(relation)) {
    const key = keyOf(relation, row, constraint.columns)
    if (key.includes(null) || (old !== undefined && sameKey(keyOf(relation, old, constraint.columns), key))) continue
    deferral.check(constraint, { kind: 'unique', relation: relation.oid, constraint: constraint.name, key })
  }
}

const checkChild = (deferral: Deferral, { relation, old, new: row }: RowChange): void => {
  if (row === undefined) return
  for (const key of enforcedKeys(relation)) {
    const wanted = reference(relation, key, row)
    if (wanted === undefined) continue
    if (old !== undefined && sameKey(keyOf(relation, old, key.columns), wanted)) continue
    deferral.check(key, { kind: 'reference', relation: relation.oid, constraint: key.name, key: wanted })
  }
}

/** The child rows of a key, with their ids. */
const childRows = (
  db: SqliteDatabase,
  child: RelationInfo,
  key: ForeignKey,
  of: readonly Value[],
): { readonly id: Value; readonly values: Value[] }[] =>
  db
    .all(
      `SELECT rowid, ${child.columns.map((column) => quoteName(column.physical)).join(', ')} FROM ${quoteName(child.physical)} WHERE ${where(child, key.columns)} ORDER BY rowid`,
      bindKey(of),
    )
    .map(([id = null, ...values]) => ({ id, values }))

/** What foreign keys need of the session. */
export interface KeyHost {
  readonly catalog: Catalog
  readonly environment: Environment
  readonly deferral: Deferral
  /**
   * Executes a statement whose parameters are stored values of some types.
   * @param owner the role that it is executed as
   * @param events what follows from it is added to these
   */
  execute(sql: string, owner: number, types: readonly number[], values: readonly Value[], events: AfterEvents): void
}

/** The columns that an action on the rows that refer to a key sets. */
const actedOn = ({ columns, deleteSets = columns }: ForeignKey, isDelete: boolean): readonly number[] =>
  isDelete ? deleteSets : columns

/** Whether columns take the values of a key as they are: others cut them, convert them, or do not allow them. */
const takes = (own: readonly ColumnInfo[], target: readonly ColumnInfo[]): boolean =>
  own.every(({ type, typmod }, at) => type === target[at]?.type && typmod === target[at]?.typmod)

/**
 * A key that no row refers to: PostgreSQL can convert it all the same while it plans, unless the session has a plan for any key.
 * @throws PgError 0A000 when it would fail there
 */
const requireConvertible = (
  environment: Environment,
  own: readonly ColumnInfo[],
  types: readonly number[],
  key: readonly Value[] = [],
): void => {
  try {
    for (const [at, { type, typmod }] of own.entries())
      castValue(environment, key[at] ?? null, types[at] ?? type, type, typmod)
  } catch (error) {
    if (!(error instanceof PgError)) throw error
    throw unsupported('ON UPDATE CASCADE of a key that a column cannot take, and no row has')
  }
}

/** The tables of actions can have more to say: then they are statements, as they always are in PostgreSQL. */
const isPlain = (child: RelationInfo, deleted: boolean): boolean =>
  (child.triggers ?? []).length === 0 &&
  (deleted || (enforcedChecks(child).length === 0 && child.columns.every(({ generated }) => generated === undefined)))

const nameOf = ({ name }: { readonly name: string }): string => quoteName(name)

/**
 * The action on the rows that refer to a key, as a statement (RI_FKey_cascade_del, RI_FKey_cascade_upd, ri_set).
 * @param types oids of the key's columns in the table that is referred to
 */
const actByStatement = (
  host: KeyHost,
  events: AfterEvents,
  { child, key }: Reference,
  types: readonly number[],
  action: 'c' | 'n' | 'd',
  before: readonly Value[],
  after: readonly Value[] | undefined,
): void => {
  const table = `${child.kind === 'p' ? '' : 'ONLY '}${quoteName(child.schema)}.${nameOf(child)}`
  const columns = columnsOf(child, key.columns)
  const owner = ownerOf(child)
  const same = columns.map((column, at) => `${nameOf(column)} = $${at + 1}`).join(' AND ')
  if (action === 'c' && after === undefined)
    return host.execute(`DELETE FROM ${table} WHERE ${same}`, owner, types, before, events)
  const value = (at: number): string =>
    action === 'n' ? 'NULL' : action === 'd' ? 'DEFAULT' : `$${columns.length + at + 1}`
  const set = columnsOf(child, actedOn(key, after === undefined))
    .map((column, at) => `${nameOf(column)} = ${value(at)}`)
    .join(', ')
  const given = action === 'c' ? (after ?? []) : []
  const parameters = given.length === 0 ? types : [...types, ...types]
  host.execute(`UPDATE ${table} SET ${set} WHERE ${same}`, owner, parameters, [...before, ...given], events)
}

/** The same where the rows alone have to be changed. */
const actOnRows = (
  db: SqliteDatabase,
  env: Environment,
  child: RelationInfo,
  key: ForeignKey,
  action: 'c' | 'n',
  children: ReturnType<typeof childRows>,
  after: readonly Value[] | undefined,
  acted: (change: RowChange) => void,
): void => {
  if (action === 'c' && after === undefined) {
    for (const { id, values } of children) {
      db.run(`DELETE FROM ${quoteName(child.physical)} WHERE rowid = :id`, { id })
      acted({ relation: child, old: values, new: undefined })
    }
    return
  }
  const numbers = actedOn(key, after === undefined)
  const targets = columnsOf(child, numbers)
  const set = targets.map((column, at) => `${quoteName(column.physical)} = :s${at}`).join(', ')
  for (const { id, values } of children) {
    const next = targets.map((_, at) => (action === 'n' ? null : (after?.[at] ?? null)))
    const changed = values.map((value, at) => {
      const target = targets.indexOf(child.columns[at] as ColumnInfo)
      return target < 0 ? value : (next[target] ?? null)
    })
    for (const [at, column] of targets.entries())
      if (column.notNull && next[at] === null) throw notNullViolation(env, child, column.name, changed)
    db.run(`UPDATE ${quoteName(child.physical)} SET ${set} WHERE rowid = :id`, {
      id,
      ...numbered('s', next),
    })
    acted({ relation: child, old: values, new: changed, assigned: numbers })
  }
}

/**
 * What refers to a row that leaves a partition is told of an update by the table that the statement names.
 * @throws PgError 0A000 where a key refers to a table between the two
 */
export const requireMovable = (catalog: Catalog, from: RelationInfo, named: RelationInfo): void => {
  for (let above = partitionedParent(catalog, from); above !== undefined; above = partitionedParent(catalog, above)) {
    if (above.oid === named.oid) return
    const { oid } = above
    if (referencing(catalog, above).some(({ key }) => key.target === oid))
      throw new PgError(
        '0A000',
        'cannot move tuple across partitions when a non-root ancestor of the source partition is directly referenced in a foreign key',
        {
          detail: `A foreign key points to ancestor "${above.name}" but not the root ancestor "${named.name}".`,
          hint: `Consider defining the foreign key on table "${named.name}".`,
        },
      )
  }
}

/** A change of a row, or of one that has gone from one partition to another, as the table above sees it. */
const act = (
  db: SqliteDatabase,
  host: KeyHost,
  events: AfterEvents,
  { relation, old, new: row, moves }: RowChange,
  acted: (change: RowChange) => void,
): void => {
  if (old === undefined) return
  const { catalog, deferral, environment } = host
  for (const reference of referencing(catalog, relation)) {
    const { child, key, target, columns } = reference
    // a partition's key is the partitioned table's, which acts on all of its rows
    if (child.bound !== undefined && (key.inherited ?? 0) > 0) continue
    if (moves && target !== key.target) continue
    const before = keyOf(relation, old, columns)
    if (before.includes(null)) continue
    const after = row && keyOf(relation, row, columns)
    if (after !== undefined && sameImage(before, after)) continue
    const action = row === undefined ? key.onDelete : key.onUpdate
    const check = { kind: 'referenced', relation: child.oid, constraint: key.name, key: before, target } as const
    if (action === 'a') {
      deferral.check(key, check)
      continue
    }
    if (action === 'r') {
      if (hasKey(db, catalog, child, key.columns, before)) throw referencedKey(environment, reference, before, true)
      continue
    }
    const isDeleted = action === 'c' && after === undefined
    const isFit = action !== 'c' || isDeleted || takes(columnsOf(child, key.columns), columnsOf(relation, columns))
    if (action !== 'd' && child.kind !== 'p' && isFit && isPlain(child, isDeleted)) {
      const children = childRows(db, child, key, before)
      actOnRows(db, environment, child, key, action, children, after, acted)
    } else {
      const types = columnsOf(relation, columns).map(({ type }) => type)
      if (!isFit && !hasKey(db, catalog, child, key.columns, before))
        requireConvertible(environment, columnsOf(child, key.columns), types, after)
      actByStatement(host, events, reference, types, action, before, after)
    }
    // Rows whose default is the key that goes are still there.
    if (action === 'd') deferral.check(key, check)
  }
}

/**
 * What follows from the change of a row.
 * @param events what its actions lead to is added to these
 * @param acted told of each row that an action has changed without a statement
 * @throws PgError 23503, 23001, 23502, 23505
 */
export const enforceConstraints = (
  db: SqliteDatabase,
  host: KeyHost,
  events: AfterEvents,
  change: RowChange,
  acted: (change: RowChange) => void,
): void => {
  const current = { ...change, relation: host.catalog.relation(change.relation.oid) }
  if (current.relation.kind !== 'p') {
    checkUnique(host.deferral, current)
    checkChild(host.deferral, current)
  }
  act(db, host, events, current, acted)
}
