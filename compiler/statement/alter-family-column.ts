/** Commands of ALTER TABLE on a column or a constraint that the tables below have as well. After tablecmds.c. */
import { errorAt, rootScope } from '../bind/scope.ts'
import type { ColumnInfo } from '../catalog/entries.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import { commentKey } from '../system/comments.ts'
import { oidOf } from '../system/numbering.ts'
import {
  columnNamed,
  type FamilyRule,
  forChildren,
  forDescendants,
  invalid,
  partitionKeyHas,
  setColumn,
  type Work,
} from './alter-family.ts'
import { mentionsColumn } from './altered-table.ts'
import type { StatementContext } from './context.ts'
import { notNullName } from './definition.ts'
import { localNotNull, oneLessNotNull } from './not-null.ts'

const hasChildren = ({ catalog, relation }: Work): boolean => childrenOf(catalog, relation).length > 0

/** ALTER COLUMN … TYPE (ATPrepAlterColumnType). */
export const alterFamilyType: FamilyRule = (context, work, command, apply, recurse) => {
  const { name = '' } = command
  const found = columnNamed(work.relation, name)
  const def = command.def !== undefined && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined
  const wrong = (message: string) => errorAt(rootScope(context.statement), def?.location, '42P16', message)
  if (found !== undefined) {
    if ((found.inherited ?? 0) > 0) throw wrong(`cannot alter inherited column "${name}"`)
    if (partitionKeyHas(work.relation, name))
      throw wrong(
        `cannot alter column "${name}" because it is part of the partition key of relation "${work.relation.name}"`,
      )
    if (!recurse && hasChildren(work))
      throw invalid(`type of inherited column "${name}" must be changed in child tables too`)
  }
  apply(context, work, command)
  if (found === undefined) return
  forDescendants(work, (child, parents) => {
    const own = columnNamed(child.relation, name)
    if ((own?.inherited ?? 0) > parents)
      throw invalid(`cannot alter inherited column "${name}" of relation "${child.relation.name}"`)
    if (partitionKeyHas(child.relation, name))
      throw wrong(
        `cannot alter column "${name}" because it is part of the partition key of relation "${child.relation.name}"`,
      )
    tellMerged(context, child, name)
    forgetKeys(child, own)
    apply(context, child, command)
  })
}

/** Checks are made again: those that a child has already, by itself or of another parent, are merged once more. */
const tellMerged = ({ statement }: StatementContext, { relation }: Work, column: string): void => {
  for (const each of relation.constraints) {
    if (each.kind !== 'check' || !mentionsColumn(each.expression, column)) continue
    const times = (each.inherited ?? 0) - (each.onlyInherited ? 1 : 0)
    for (let time = 0; time < times; time++)
      statement.notice('00000', `merging constraint "${each.name}" with inherited definition`)
  }
}

/** So are keys: what has been said of those that partitions have of their parent's is lost. */
const forgetKeys = (work: Work, column: ColumnInfo | undefined): void => {
  const { relation, catalog } = work
  const lost = relation.constraints.flatMap((each) =>
    (each.kind === 'primary' || each.kind === 'unique') &&
    (each.inherited ?? 0) > 0 &&
    each.columns.includes(column?.number ?? 0)
      ? [
          commentKey('pg_constraint', oidOf('constraint', relation.oid, each.name)),
          commentKey('pg_class', oidOf('index', relation.oid, each.name)),
        ]
      : [],
  )
  if (!lost.some((key) => catalog.contents.comments.has(key))) return
  const comments = new Map(catalog.contents.comments)
  for (const key of lost) comments.delete(key)
  work.catalog = catalog.with({ comments })
}

/** DROP NOT NULL (dropconstraint_internal). */
export const dropFamilyNotNull: FamilyRule = (context, work, command, apply, recurse) => {
  const { name = '' } = command
  const found = columnNamed(work.relation, name)
  const wasNotNull = found?.notNull === true
  if (found !== undefined && wasNotNull) requireOwn(work, found)
  apply(context, work, command)
  const descend = (parent: Work): void =>
    forChildren(parent, (child) => {
      const own = columnNamed(child.relation, name)
      if (own === undefined || !own.notNull) return
      if (!recurse || !own.notNullOnlyInherited || (own.notNullInherited ?? 0) > 1) {
        setColumn(child, name, (column) => (recurse ? oneLessNotNull(column) : localNotNull(oneLessNotNull(column))))
        return
      }
      apply(context, child, command)
      descend(child)
    })
  if (wasNotNull && !found.notNullNoInherit) descend(work)
}

/** @throws PgError 42P16 for what a parent says */
const requireOwn = ({ catalog, relation }: Work, column: ColumnInfo): void => {
  const { name } = column
  const parents = (relation.parents ?? []).map((oid) => catalog.relation(oid))
  if (relation.bound !== undefined && parents.some((parent) => columnNamed(parent, name)?.notNull))
    throw invalid(`column "${name}" is marked NOT NULL in parent table`)
  if ((column.notNullInherited ?? 0) > 0)
    throw invalid(`cannot drop inherited constraint "${notNullName(relation, column)}" of relation "${relation.name}"`)
}

/** VALIDATE CONSTRAINT of a check, which children have as well (QueueCheckConstraintValidation). */
export const validateFamily: FamilyRule = (context, work, command, apply, recurse) => {
  const { name = '' } = command
  const isOpen = ({ relation }: Work): boolean =>
    relation.constraints.some((each) => each.name === name && each.kind === 'check' && each.notValid === true)
  const descends = isOpen(work)
  const isAlone = work.relation.constraints.some(
    (each) => each.name === name && each.kind === 'check' && each.noInherit,
  )
  if (descends && !isAlone && !recurse && hasChildren(work))
    throw invalid('constraint must be validated on child tables too')
  apply(context, work, command)
  if (descends && !isAlone) forChildren(work, (child) => validateFamily(context, child, command, apply, recurse))
}
