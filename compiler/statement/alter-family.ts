/**
 * ALTER TABLE of tables that have parents or children: what a command does to one, it does to those below. Manual:
 * "ALTER TABLE"; after ATPrepCmd and the ATExec functions of tablecmds.c.
 */

import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, rootScope, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { checkConstraints, foreignKeys, isValid } from '../catalog/constraint.ts'
import type { CheckConstraint, ColumnInfo, ConstraintInfo, RelationInfo } from '../catalog/entries.ts'
import { childrenOf, familyOf, sameColumns, tablesBelow } from '../catalog/inheritance.ts'
import type { DefinitionPlan, DefinitionStep } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import { alterFamilyType, dropFamilyNotNull, validateFamily } from './alter-family-column.ts'
import type { StatementContext } from './context.ts'
import { requireSameEnforcement, sameTree } from './inherit.ts'
import { inheritedNotNull, oneLessNotNull, oneMoreNotNull } from './not-null.ts'
import { cloneIntoPartition, requireKeysInUnique } from './partition.ts'
import { qualifiedTree } from './qualified-names.ts'
import { validateReferences } from './validate-constraint.ts'

/** The table while its commands are worked through. */
export interface Work {
  catalog: Catalog
  relation: RelationInfo
  readonly steps: DefinitionStep[]
  /** Sequences that begin anew. */
  restart?: NonNullable<DefinitionPlan['restart']>
}

export type Rule = (context: StatementContext, work: Work, command: Ast.AlterTableCmd) => void

export const update = (work: Work, changes: Partial<RelationInfo>): void => {
  work.relation = { ...work.relation, ...changes }
  work.catalog = work.catalog.withRelation(work.relation)
}

/** Works on another table, with what has been done so far. */
const visitTable = (work: Work, oid: number, visit: (other: Work) => void): void => {
  const other: Work = { catalog: work.catalog, relation: work.catalog.relation(oid), steps: work.steps }
  visit(other)
  work.catalog = other.catalog
  work.relation = work.catalog.relation(work.relation.oid)
}

/** Works on each child in turn, with what has been done so far. */
export const forChildren = (work: Work, visit: (child: Work) => void): void => {
  for (const { oid } of childrenOf(work.catalog, work.relation)) visitTable(work, oid, visit)
}

/** Works on all tables below, each once. @param visit is told how many of its parents are among them or are the table itself */
export const forDescendants = (work: Work, visit: (child: Work, parents: number) => void): void => {
  const family = familyOf(work.catalog, work.relation).map(({ oid }) => oid)
  for (const oid of family) {
    if (oid === work.relation.oid) continue
    visitTable(work, oid, (child) =>
      visit(child, (child.relation.parents ?? []).filter((parent) => family.includes(parent)).length),
    )
  }
}

export const invalid = (message: string): PgError => new PgError('42P16', message)

export const columnNamed = ({ columns }: RelationInfo, name: string): ColumnInfo | undefined =>
  columns.find((column) => column.name === name)

export const setColumn = (work: Work, name: string, change: (column: ColumnInfo) => ColumnInfo): void =>
  update(work, { columns: work.relation.columns.map((column) => (column.name === name ? change(column) : column)) })

const oneMore = <Of extends { readonly inherited?: number }>(thing: Of): Of => ({
  ...thing,
  inherited: (thing.inherited ?? 0) + 1,
})

/** One parent less has it. */
const oneLess = <Of extends { readonly inherited?: number }>(thing: Of): Of => ({
  ...thing,
  inherited: Math.max((thing.inherited ?? 0) - 1, 0),
})

const local = <Of extends { readonly onlyInherited?: boolean }>({ onlyInherited: _only, ...rest }: Of): Of => rest as Of

/** What a rule does beyond its own table. */
export type FamilyRule = (
  context: StatementContext,
  work: Work,
  command: Ast.AlterTableCmd,
  apply: Rule,
  recurse: boolean,
) => void

const addColumn: FamilyRule = (context, work, command, apply, recurse) => {
  const scope = rootScope(context.statement)
  const def = command.def !== undefined && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined
  if (work.relation.bound !== undefined) throw new PgError('42809', 'cannot add column to a partition')
  const hasChildren = childrenOf(work.catalog, work.relation).length > 0
  if (!recurse && hasChildren) throw invalid('column must be added to child tables too')
  if (hasChildren) {
    const kinds = (def?.constraints ?? []).map((each) => ('Constraint' in each ? each.Constraint.contype : undefined))
    if (kinds.some((kind) => kind !== 'CONSTR_NOTNULL' && kind !== 'CONSTR_DEFAULT' && kind !== 'CONSTR_NULL'))
      throw refuse(scope, 'ADD COLUMN with constraints to a table that has children')
  }
  const name = def?.colname ?? ''
  const before = columnNamed(work.relation, name)
  apply(context, work, command)
  const added = columnNamed(work.relation, name)
  if (!hasChildren || before !== undefined || added === undefined) return
  if (added.sequence !== undefined) throw refuse(scope, 'ADD COLUMN of serial type to a table that has children')
  const descend = (parent: Work): void =>
    forChildren(parent, (child) => {
      const own = columnNamed(child.relation, name)
      if (own === undefined) {
        apply(context, child, command)
        const notNull = inheritedNotNull(parent.relation, columnNamed(parent.relation, name) as ColumnInfo)
        setColumn(child, name, (column) => ({ ...column, ...notNull, inherited: 1, onlyInherited: true }))
        descend(child)
        return
      }
      if (own.type !== added.type || own.typmod !== added.typmod)
        throw new PgError('42804', `child table "${child.relation.name}" has different type for column "${name}"`)
      if (own.notNull !== added.notNull) throw refuse(scope, 'merging of columns that may be NULL with others')
      setColumn(child, name, (column) => oneMore(added.notNull ? oneMoreNotNull(column) : column))
      context.statement.notice('00000', `merging definition of column "${name}" for child "${child.relation.name}"`)
    })
  descend(work)
}

export const partitionKeyHas = ({ partitioning, columns }: RelationInfo, name: string): boolean => {
  const number = columns.find((column) => column.name === name)?.number
  return partitioning?.keys.some((key) => (typeof key === 'number' ? key === number : mentions(key, name))) ?? false
}

const mentions = (tree: unknown, name: string): boolean =>
  JSON.stringify(tree).includes(`"sval":${JSON.stringify(name)}`)

const dropColumn: FamilyRule = (context, work, command, apply, recurse) => {
  const { name = '' } = command
  const found = columnNamed(work.relation, name)
  if (found !== undefined) {
    if ((found.inherited ?? 0) > 0) throw invalid(`cannot drop inherited column "${name}"`)
    if (partitionKeyHas(work.relation, name))
      throw invalid(
        `cannot drop column "${name}" because it is part of the partition key of relation "${work.relation.name}"`,
      )
    if (!recurse && work.relation.kind === 'p' && childrenOf(work.catalog, work.relation).length > 0)
      throw invalid('cannot drop column from only the partitioned table when partitions exist')
  }
  const descend = (parent: Work): void =>
    forChildren(parent, (child) => {
      const own = columnNamed(child.relation, name)
      if (own === undefined) return
      if (recurse && own.onlyInherited && own.inherited === 1) {
        if (partitionKeyHas(child.relation, name))
          throw invalid(
            `cannot drop column "${name}" because it is part of the partition key of relation "${child.relation.name}"`,
          )
        descend(child)
        apply(context, child, command)
      } else {
        const less = (column: ColumnInfo): ColumnInfo => oneLess(found?.notNull ? oneLessNotNull(column) : column)
        setColumn(child, name, (column) => (recurse ? less(column) : local(less(column))))
      }
    })
  if (found !== undefined) descend(work)
  apply(context, work, command)
}

const columnDefault: FamilyRule = (context, work, command, apply, recurse) => {
  apply(context, work, command)
  if (recurse) forChildren(work, (child) => columnDefault(context, child, command, apply, recurse))
}

const setNotNull: FamilyRule = (context, work, command, apply, recurse) => {
  const { name = '' } = command
  const isAlone = !recurse && childrenOf(work.catalog, work.relation).length > 0
  if (isAlone && work.relation.kind === 'p')
    throw new PgError('42P16', 'constraint must be added to child tables too', {
      hint: 'Do not specify the ONLY keyword.',
    })
  const known = columnNamed(work.relation, name)?.notNull
  apply(context, work, command)
  if (isAlone && !known) setColumn(work, name, (column) => ({ ...column, notNullNoInherit: true }))
  if (!recurse || known) return
  const descend = (parent: Work): void =>
    forChildren(parent, (child) => {
      const own = columnNamed(child.relation, name)
      if (own?.notNull) {
        setColumn(child, name, oneMoreNotNull)
        return
      }
      apply(context, child, command)
      const notNull = inheritedNotNull(parent.relation, columnNamed(parent.relation, name) as ColumnInfo)
      setColumn(child, name, (column) => ({ ...column, ...notNull }))
      descend(child)
    })
  descend(work)
}

const addCheck = (context: StatementContext, work: Work, check: CheckConstraint, steps: (work: Work) => void): void =>
  forChildren(work, (child) => {
    const own = child.relation.constraints.find(({ name }) => name === check.name)
    if (own === undefined) {
      update(child, { constraints: [...child.relation.constraints, { ...check, inherited: 1, onlyInherited: true }] })
      if (isValid(check)) steps(child)
      addCheck(context, child, check, steps)
      return
    }
    requireSameEnforcement(rootScope(context.statement), own, check)
    if (own.kind !== 'check' || !sameTree(own.expression, qualifiedTree(context.statement, check.expression)))
      throw new PgError('42710', `constraint "${check.name}" for relation "${child.relation.name}" already exists`)
    context.statement.notice('00000', `merging constraint "${check.name}" with inherited definition`)
    replace(child, own, { ...oneMore(own), ...(child.relation.bound === undefined ? {} : { onlyInherited: true }) })
  })

const replace = (work: Work, before: ConstraintInfo, after: ConstraintInfo | undefined): void =>
  update(work, {
    constraints: work.relation.constraints.flatMap((each) =>
      each !== before ? [each] : after === undefined ? [] : [after],
    ),
  })

const addConstraint: FamilyRule = (context, work, command, apply, recurse) => {
  const scope = rootScope(context.statement)
  const children = childrenOf(work.catalog, work.relation)
  const def = command.def !== undefined && 'Constraint' in command.def ? command.def.Constraint : undefined
  if (def?.is_no_inherit && work.relation.kind === 'p')
    throw invalid(`cannot add NO INHERIT constraint to partitioned table "${work.relation.name}"`)
  if (def?.contype === 'CONSTR_CHECK' && !recurse && children.length > 0 && !def.is_no_inherit)
    throw invalid('constraint must be added to child tables too')
  if (def?.contype === 'CONSTR_FOREIGN' && work.relation.kind === 'p') {
    if (def.skip_validation && children.length > 0)
      throw refuse(scope, 'a foreign key that is not valid on a partitioned table')
    if (!recurse)
      throw new PgError(
        '42809',
        `cannot use ONLY for foreign key on partitioned table "${work.relation.name}" referencing relation "${def.pktable?.relname ?? ''}"`,
      )
  }
  const known = new Set(work.relation.constraints)
  const before = work.relation
  apply(context, work, command)
  const fresh = work.relation.constraints.find((each) => !known.has(each))
  requireKeysInUnique(scope, work.relation)
  if (fresh?.kind === 'primary' && fresh.columns.some((number) => isOpen(before, number, children.length > 0)))
    throw refuse(scope, 'a primary key over columns whose NOT NULL is new to children')
  if (fresh === undefined || children.length === 0) return
  if (fresh.kind === 'check') {
    if (fresh.noInherit) return
    addCheck(context, work, fresh, (child) => work.steps.push(...validation(context, child, fresh, apply)))
    return
  }
  if (work.relation.kind !== 'p') {
    if (fresh.kind === 'primary' && children.some((child) => hasNullable(work.relation, child, fresh.columns)))
      throw refuse(scope, 'a primary key of a table that has children')
    return
  }
  if (!recurse) {
    const unattached = children.map(({ oid }) => oid)
    const constraints = work.relation.constraints.map((each) => (each === fresh ? { ...fresh, unattached } : each))
    return update(work, { constraints })
  }
  for (const { oid } of children) {
    const partition = work.catalog.relation(oid)
    const cloned = cloneIntoPartition(scope, work.catalog, work.relation, partition)
    if (fresh.kind === 'primary' && hasNullable(work.relation, partition, fresh.columns))
      throw refuse(scope, 'a primary key over columns that may be NULL in partitions')
    work.catalog = cloned.catalog
    work.steps.push(...cloned.steps)
  }
  if (fresh.kind === 'foreign' && isValid(fresh))
    for (const table of tablesBelow(work.catalog, work.relation)) {
      const columns = sameColumns(work.relation, table, fresh.columns).join()
      const key = foreignKeys(table).find(
        (each) => each.target === fresh.target && each.inherited !== undefined && each.columns.join() === columns,
      )
      if (key !== undefined) work.steps.push(validateReferences({ ...work, relation: table }, key))
    }
}

/** Whether a key changes what is known of a column's NOT NULL beyond its own table. */
const isOpen = ({ columns }: RelationInfo, number: number, hasChildren: boolean): boolean => {
  const column = columns.find((each) => each.number === number)
  return hasChildren && column?.notNull !== true
}

const hasNullable = (parent: RelationInfo, child: RelationInfo, numbers: readonly number[]): boolean =>
  numbers.some((number) => {
    const name = parent.columns.find((column) => column.number === number)?.name ?? ''
    return !columnNamed(child, name)?.notNull
  })

/** The step that looks whether the rows of a child satisfy a new check. */
const validation = (context: StatementContext, child: Work, check: CheckConstraint, apply: Rule): DefinitionStep[] => {
  const without = child.relation.constraints.filter(({ name }) => name !== check.name)
  const trial: Work = { catalog: child.catalog, relation: { ...child.relation, constraints: without }, steps: [] }
  const def: Ast.Node = {
    Constraint: { contype: 'CONSTR_CHECK', conname: check.name, raw_expr: check.expression, is_enforced: true },
  }
  apply(context, trial, { subtype: 'AT_AddConstraint', def })
  return [...trial.steps]
}

const dropConstraint: FamilyRule = (context, work, command, apply, recurse) => {
  const { name = '' } = command
  const found = work.relation.constraints.find((each) => each.name === name)
  if (found !== undefined && (found.inherited ?? 0) > 0)
    throw invalid(`cannot drop inherited constraint "${name}" of relation "${work.relation.name}"`)
  if (found?.kind === 'check') {
    if (!recurse && work.relation.kind === 'p' && childrenOf(work.catalog, work.relation).length > 0)
      throw refuse(rootScope(context.statement), 'DROP CONSTRAINT of ONLY a partitioned table')
    if (!found.noInherit) dropCheck(work, name, recurse)
  } else if (found !== undefined && work.relation.kind === 'p') dropClones(work, found)
  apply(context, work, command)
}

const dropCheck = (work: Work, name: string, recurse: boolean): void =>
  forChildren(work, (child) => {
    const own = child.relation.constraints.find((each) => each.name === name)
    if (own === undefined) return
    if (recurse && own.onlyInherited && own.inherited === 1) {
      replace(child, own, undefined)
      dropCheck(child, name, recurse)
    } else replace(child, own, recurse ? oneLess(own) : local(oneLess(own)))
  })

const namesOf = (relation: RelationInfo, constraint: ConstraintInfo): string =>
  constraint.kind === 'check'
    ? ''
    : constraint.columns.map((number) => relation.columns.find((column) => column.number === number)?.name).join()

/** The keys that partitions have because their parent has one. */
const dropClones = (work: Work, constraint: ConstraintInfo): void => {
  const wanted = namesOf(work.relation, constraint)
  forChildren(work, (child) => {
    const clone = child.relation.constraints.find(
      (each) => each.kind === constraint.kind && (each.inherited ?? 0) > 0 && namesOf(child.relation, each) === wanted,
    )
    if (clone === undefined) return
    dropClones(child, clone)
    replace(child, clone, undefined)
    if (clone.kind !== 'foreign')
      child.steps.push({ sql: `DROP INDEX ${quoteName(`${child.relation.physical}.${clone.name}`)}`, functions: [] })
  })
}

/** It does to the clones of a key what it does to the key. */
const alterConstraint: FamilyRule = (context, work, command, apply, recurse) => {
  if (!recurse && work.relation.kind === 'p')
    throw new PgError('42P16', 'constraint must be altered in child tables too', {
      hint: 'Do not specify the ONLY keyword.',
    })
  apply(context, work, command)
}

const onlyHere: FamilyRule = (context, work, command, apply) => apply(context, work, command)

/** Partitions have the triggers of the table that they are parts of. */
const ofTriggers: FamilyRule = (context, work, command, apply) => {
  if (work.relation.kind === 'p' || work.relation.bound !== undefined)
    throw refuse(rootScope(context.statement), 'ENABLE and DISABLE TRIGGER beside partitions')
  apply(context, work, command)
}

const everywhere: FamilyRule = (context, work, command, apply, recurse) => {
  apply(context, work, command)
  if (recurse) forChildren(work, (child) => everywhere(context, child, command, apply, recurse))
}

/** Commands that know of parents and children; the others are refused where there are any. */
export const FAMILY_RULES: Readonly<Record<string, FamilyRule>> = {
  AT_AddColumn: addColumn,
  AT_DropColumn: dropColumn,
  AT_ColumnDefault: columnDefault,
  AT_SetNotNull: setNotNull,
  AT_DropNotNull: dropFamilyNotNull,
  AT_AlterColumnType: alterFamilyType,
  AT_ValidateConstraint: validateFamily,
  AT_AddConstraint: addConstraint,
  AT_DropConstraint: dropConstraint,
  AT_AlterConstraint: alterConstraint,
  AT_AttachPartition: onlyHere,
  AT_DetachPartition: onlyHere,
  AT_AddInherit: onlyHere,
  AT_DropInherit: onlyHere,
  AT_SetStatistics: everywhere,
  AT_SetStorage: everywhere,
  AT_SetCompression: onlyHere,
  AT_ClusterOn: onlyHere,
  AT_DropCluster: onlyHere,
  AT_ChangeOwner: onlyHere,
  AT_SetTableSpace: onlyHere,
  AT_SetAccessMethod: onlyHere,
  AT_EnableTrig: ofTriggers,
  AT_DisableTrig: ofTriggers,
  AT_EnableAlwaysTrig: ofTriggers,
  AT_EnableReplicaTrig: ofTriggers,
  AT_EnableTrigUser: ofTriggers,
  AT_DisableTrigUser: ofTriggers,
  AT_EnableTrigAll: ofTriggers,
  AT_DisableTrigAll: ofTriggers,
  AT_ReplicaIdentity: onlyHere,
  AT_SetRelOptions: onlyHere,
  AT_ResetRelOptions: onlyHere,
  AT_SetLogged: onlyHere,
  AT_SetUnLogged: onlyHere,
  AT_EnableRowSecurity: onlyHere,
  AT_DisableRowSecurity: onlyHere,
  AT_ForceRowSecurity: onlyHere,
  AT_NoForceRowSecurity: onlyHere,
}

/** Columns and checks of a parent that its child has as well, counted as inherited. @throws PgError 42804 */
export const mergeIntoChild = (scope: Scope, work: Work, parent: RelationInfo): void => {
  const mismatch = (message: string): PgError => new PgError('42804', message)
  const child = work.relation
  for (const column of parent.columns) {
    const own = columnNamed(child, column.name)
    if (own === undefined) throw mismatch(`child table is missing column "${column.name}"`)
    if (own.type !== column.type || own.typmod !== column.typmod)
      throw mismatch(`child table "${child.name}" has different type for column "${column.name}"`)
    if (column.notNull && !column.notNullNoInherit && !own.notNull)
      throw mismatch(`column "${column.name}" in child table "${child.name}" must be marked NOT NULL`)
    if ((column.generated === undefined) !== (own.generated === undefined))
      throw mismatch(
        column.generated === undefined
          ? `column "${column.name}" in child table must not be a generated column`
          : `column "${column.name}" in child table must be a generated column`,
      )
  }
  const isPartition = parent.kind === 'p'
  const constraints = child.constraints.map((own): ConstraintInfo => {
    const above = checkConstraints(parent).find(({ name, noInherit }) => name === own.name && !noInherit)
    if (above === undefined || own.kind !== 'check') return own
    requireSameEnforcement(scope, own, above)
    if (!sameTree(above.expression, own.expression))
      throw mismatch(`child table "${child.name}" has different definition for check constraint "${own.name}"`)
    if (own.noInherit)
      throw new PgError(
        '55000',
        `constraint "${own.name}" conflicts with non-inherited constraint on child table "${child.name}"`,
      )
    return { ...oneMore(own), ...(isPartition ? { onlyInherited: true } : {}) }
  })
  for (const check of checkConstraints(parent))
    if (!check.noInherit && !child.constraints.some(({ name, kind }) => kind === 'check' && name === check.name))
      throw mismatch(`child table is missing constraint "${check.name}"`)
  update(work, {
    columns: child.columns.map((own) =>
      columnNamed(parent, own.name) === undefined
        ? own
        : {
            ...oneMore(columnNamed(parent, own.name)?.notNull ? oneMoreNotNull(own) : own),
            ...(isPartition ? { onlyInherited: true } : {}),
            ...(isPartition && columnNamed(parent, own.name)?.notNull ? { notNullOnlyInherited: true } : {}),
          },
    ),
    constraints,
    parents: [...(child.parents ?? []), parent.oid],
  })
}

/** The other way round: a child that has lost a parent keeps everything, as its own. */
export const releaseFromParent = (work: Work, parent: RelationInfo): void => {
  const release = <Of extends { readonly inherited?: number; readonly onlyInherited?: boolean }>(thing: Of): Of => {
    const less = oneLess(thing)
    return less.inherited === 0 ? local(less) : less
  }
  const child = work.relation
  update(work, {
    columns: child.columns.map((own) => {
      const above = columnNamed(parent, own.name)
      return above === undefined ? own : release(above.notNull ? oneLessNotNull(own) : own)
    }),
    constraints: child.constraints.map((own) => {
      const above = parent.constraints.some((each) =>
        own.kind === 'check' ? each.name === own.name : each.kind === own.kind,
      )
      return above && (own.inherited ?? 0) > 0 ? release(own) : own
    }),
    parents: (child.parents ?? []).filter((oid) => oid !== parent.oid),
  })
}
