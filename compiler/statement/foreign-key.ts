/** FOREIGN KEY constraints. Manual: "Foreign Keys"; after ATAddForeignKeyConstraint. */
import type * as Ast from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { findOperator } from '../bind/operator.ts'
import { requireRelation } from '../bind/relation.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { uniqueConstraints } from '../catalog/constraint.ts'
import type { ForeignKey, ForeignKeyAction, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { persistence } from '../catalog/persistence.ts'
import { SYSTEM_COLUMNS } from '../catalog/system-column.ts'
import { findCodec } from '../types/codec.ts'
import { chooseConstraintName, isCalled } from './constraint-name.ts'
import { withAllParts } from './referenced-partition.ts'

const names = (nodes: readonly Ast.Node[]): string[] =>
  nodes.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))

const numbersOf = ({ columns }: RelationInfo, wanted: readonly string[]): number[] =>
  wanted.map((name) => {
    const found = columns.find((column) => column.name === name)
    if (found === undefined && SYSTEM_COLUMNS.has(name)) throw unsupported('a system column in a foreign key')
    if (found === undefined)
      throw new PgError('42703', `column "${name}" referenced in foreign key constraint does not exist`)
    if (found.generated === 'v')
      throw new PgError('0A000', 'foreign key constraints on virtual generated columns are not supported')
    return found.number
  })

const mayWait = (what: string, target: RelationInfo): PgError =>
  new PgError('55000', `cannot use a deferrable ${what} for referenced table "${target.name}"`)

/** Types whose equal values are stored as the same: keys of one may refer to keys of another. */
const STORED_ALIKE: readonly ReadonlySet<number>[] = [
  new Set([OID.int2, OID.int4, OID.int8]),
  new Set([OID.text, OID.varchar]),
]

/** @throws PgError 42830, 42804, 42P01 and others */
type Persistence = ReturnType<typeof persistence>

/** A table may refer to what lasts as long as itself (ATAddForeignKeyConstraint). @throws PgError 42P16 */
const requireReferable = (own: Persistence, target: Persistence): void => {
  const wrong = (which: string): PgError => new PgError('42P16', `constraints on ${which} tables`)
  if (own === 'p' && target !== 'p') throw wrong('permanent tables may reference only permanent')
  if (own === 'u' && target === 't') throw wrong('unlogged tables may reference only permanent or unlogged')
  if (own === 't' && target !== 't') throw wrong('temporary tables may reference only temporary')
}

export const bindForeignKey = (
  scope: Scope,
  catalog: Catalog,
  table: RelationInfo,
  node: Ast.Constraint,
  column: string | undefined,
): ForeignKey => {
  const {
    pktable,
    fk_attrs: own = [],
    pk_attrs: referenced = [],
    fk_matchtype: match = 's',
    fk_upd_action: onUpdate = 'a',
    fk_del_action: onDelete = 'a',
    fk_del_set_cols: setColumns = [],
    conname,
    initdeferred: deferred = false,
    deferrable = deferred,
    fk_with_period: period,
    is_enforced: enforced,
  } = node
  if (period) throw refuse(scope, 'this foreign key', node.location)
  const target = requireRelation(
    { ...scope, statement: { ...scope.statement, catalog } },
    { ...(pktable as Ast.RangeVar), location: -1 },
  )
  if (target.kind !== 'r' && target.kind !== 'p')
    throw new PgError('42809', `referenced relation "${target.name}" is not a table`)
  requireReferable(persistence(table), persistence(target))
  const ownNames = column === undefined ? names(own) : [column]
  if (uniqueConstraints(target).some(({ unattached = [] }) => unattached.length > 0))
    throw refuse(scope, 'a foreign key to a key that is not valid', node.location)
  const columns = numbersOf(table, ownNames)
  const deleteSets = [...new Set(numbersOf(table, names(setColumns)))]
  let targetColumns: number[]
  if (referenced.length === 0) {
    const key = target.constraints.find((constraint) => constraint.kind === 'primary')
    if (key?.kind !== 'primary')
      throw new PgError('42704', `there is no primary key for referenced table "${target.name}"`)
    if (key.deferrable) throw mayWait('primary key', target)
    targetColumns = [...key.columns]
  } else {
    targetColumns = numbersOf(target, names(referenced))
    const sorted = targetColumns.toSorted((a, b) => a - b).join()
    if (new Set(targetColumns).size < targetColumns.length)
      throw new PgError('42830', 'foreign key referenced-columns list must not contain duplicates')
    const keys = [
      ...uniqueConstraints(target).map((constraint) => constraint.columns),
      ...target.indexes
        .filter((index) => index.unique && index.computed === undefined)
        .map((index) => index.keys as number[]),
    ]
    const isKey = (key: readonly number[]): boolean => key.toSorted((a, b) => a - b).join() === sorted
    const constraints = uniqueConstraints(target).filter(({ columns: key }) => isKey(key))
    const isIndex = target.indexes.some((index) => index.unique && isKey(index.keys as number[]))
    if (!isIndex && constraints.length > 0 && constraints.every(({ deferrable: waits }) => waits))
      throw mayWait('unique constraint', target)
    if (!keys.some(isKey))
      throw new PgError(
        '42830',
        `there is no unique constraint matching given keys for referenced table "${target.name}"`,
      )
  }
  if (columns.length !== targetColumns.length)
    throw new PgError('42830', 'number of referencing and referenced columns for foreign key disagree')
  const taken = (name: string): boolean => table.constraints.some((constraint) => isCalled(constraint, name))
  const name = conname || chooseConstraintName(catalog, table.schema, taken, table.name, ownNames, 'fkey')
  if (conname && taken(conname))
    throw new PgError('42710', `constraint "${name}" for relation "${table.name}" already exists`)
  for (const [at, number] of columns.entries()) {
    const [mine, theirs] = [
      table.columns.find((it) => it.number === number)?.type ?? 0,
      target.columns.find((it) => it.number === targetColumns[at])?.type ?? 0,
    ]
    try {
      findOperator(catalog, '=', theirs, mine)
    } catch {
      throw new PgError('42804', `foreign key constraint "${name}" cannot be implemented`, {
        detail: `Key columns "${ownNames[at]}" of the referencing table and "${names(referenced)[at] ?? ''}" of the referenced table are of incompatible types: ${formatType(catalog, mine)} and ${formatType(catalog, theirs)}.`,
      })
    }
    const [base, targetBase] = [catalog.baseType(mine), catalog.baseType(theirs)]
    if (base !== targetBase && !STORED_ALIKE.some((alike) => alike.has(base) && alike.has(targetBase)))
      throw refuse(scope, 'a foreign key between different types', node.location)
    const codec = findCodec({ catalog }, base)
    if (codec === undefined || !codec.native)
      throw refuse(scope, `a foreign key of type ${formatType(catalog, mine)}`, node.location)
  }
  for (const [at, number] of deleteSets.entries())
    if (!columns.includes(number))
      throw new PgError(
        '42P10',
        `column "${names(setColumns)[at]}" referenced in ON DELETE SET action must be part of foreign key`,
      )
  if (match !== 's' && match !== 'f') throw refuse(scope, 'MATCH PARTIAL', node.location)
  const key: ForeignKey = {
    kind: 'foreign',
    name,
    columns,
    target: target.oid,
    targetColumns,
    onUpdate: onUpdate as ForeignKeyAction,
    onDelete: onDelete as ForeignKeyAction,
    ...(deleteSets.length === 0 ? {} : { deleteSets }),
    match,
    deferrable,
    deferred,
    ...(enforced ? {} : { notEnforced: true }),
    ...(table.kind === 'p' ? { handed: true } : {}),
  }
  return withAllParts(scope, catalog, table, key)
}
