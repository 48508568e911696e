/** pg_constraint and pg_trigger. */
import { unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { isValid } from '../catalog/constraint.ts'
import { columnNames } from '../catalog/constraint-clones.ts'
import type { CheckConstraint, ConstraintInfo, DomainInfo, ForeignKey, RelationInfo } from '../catalog/entries.ts'
import { partitionedParent } from '../catalog/inheritance.ts'
import { partsOf } from '../catalog/referenced.ts'
import { domainNotNullName, notNullName } from '../statement/definition.ts'
import type { Environment } from '../types/environment.ts'
import { checkText, domainCheckText, UNKNOWN_TEXT } from './definition.ts'
import { oidOf } from './numbering.ts'
import { list, type SystemRow, text, vector } from './row.ts'
import { schemaOid } from './schema.ts'

const KINDS = { primary: 'p', unique: 'u', check: 'c', foreign: 'f' } as const

const common = (catalog: Catalog, relation: RelationInfo, name: string): SystemRow => ({
  oid: text(oidOf('constraint', relation.oid, name)),
  conname: name,
  connamespace: schemaOid(catalog, relation.schema),
  condeferrable: 'false',
  condeferred: 'false',
  conenforced: 'true',
  convalidated: 'true',
  conrelid: text(relation.oid),
  contypid: '0',
  conindid: '0',
  conparentid: '0',
  confrelid: '0',
  confupdtype: ' ',
  confdeltype: ' ',
  confmatchtype: ' ',
  conislocal: 'true',
  coninhcount: '0',
  connoinherit: 'false',
  conperiod: 'false',
})

/** The equality operator of a type's default operator class. */
const equality = (catalog: Catalog, relation: RelationInfo, number: number): number => {
  const type = relation.columns.find((column) => column.number === number)?.type ?? 0
  return type === 0 ? 0 : (catalog.ordering(type)?.equal ?? 0)
}

/** Columns that a check mentions, in the order of the table. */
export const checkColumns = (relation: RelationInfo, tree: unknown): number[] => {
  const names = new Set<string>()
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item)
    else if (typeof node === 'object' && node !== null) {
      const { ColumnRef } = node as { ColumnRef?: { fields?: { String?: { sval?: string } }[] } }
      const name = ColumnRef?.fields?.at(-1)?.String?.sval
      if (name !== undefined) names.add(name)
      for (const value of Object.values(node)) visit(value)
    }
  }
  visit(tree)
  return relation.columns.filter(({ name }) => names.has(name)).map(({ number }) => number)
}

const inheritance = ({ inherited = 0, onlyInherited = false }: ConstraintInfo): SystemRow => ({
  conislocal: text(!onlyInherited),
  coninhcount: text(inherited),
})

const validity = (constraint: CheckConstraint | ForeignKey): SystemRow => ({
  conenforced: text(constraint.notEnforced !== true),
  convalidated: text(isValid(constraint)),
})

/** The constraint of the partitioned table that one of a partition belongs to. */
const parentKey = (
  catalog: Catalog,
  relation: RelationInfo,
  constraint: Exclude<ConstraintInfo, { kind: 'check' }>,
): { readonly relation: RelationInfo; readonly name: string } | undefined => {
  const parent = (constraint.inherited ?? 0) > 0 ? partitionedParent(catalog, relation) : undefined
  const found = parent?.constraints.find(
    (each) =>
      each.kind === constraint.kind &&
      columnNames(parent, each) === columnNames(relation, constraint) &&
      (each.kind !== 'foreign' || constraint.kind !== 'foreign' || each.target === constraint.target),
  )
  return parent === undefined || found === undefined ? undefined : { relation: parent, name: found.name }
}

const parentConstraint = (parent: ReturnType<typeof parentKey>): SystemRow => ({
  conparentid: text(parent === undefined ? 0 : oidOf('constraint', parent.relation.oid, parent.name)),
})

/** The key that a foreign key refers to. */
const keyOf = (target: RelationInfo, { targetColumns }: ConstraintInfo & { kind: 'foreign' }) =>
  target.constraints.find(
    (each) =>
      (each.kind === 'primary' || each.kind === 'unique') &&
      each.columns.toSorted().join() === targetColumns.toSorted().join(),
  )

const constraintRow = (
  env: Environment,
  relation: RelationInfo,
  constraint: ConstraintInfo,
  parent?: ReturnType<typeof parentKey>,
): SystemRow => {
  const { catalog } = env
  const row = { ...common(catalog, relation, constraint.name), contype: KINDS[constraint.kind] }
  switch (constraint.kind) {
    case 'primary':
    case 'unique':
      return {
        ...row,
        ...inheritance(constraint),
        ...parentConstraint(parent ?? parentKey(catalog, relation, constraint)),
        condeferrable: text(constraint.deferrable ?? false),
        condeferred: text(constraint.deferred ?? false),
        conindid: text(oidOf('index', relation.oid, constraint.name)),
        connoinherit: text(constraint.handed !== true),
        conkey: list(constraint.columns),
      }
    case 'check': {
      const columns = checkColumns(relation, constraint.expression)
      return {
        ...row,
        ...inheritance(constraint),
        ...validity(constraint),
        connoinherit: text(constraint.noInherit ?? false),
        conkey: columns.length === 0 ? null : list(columns),
        conbin: checkText(env, relation, constraint.expression),
      }
    }
    case 'foreign': {
      const target = catalog.relation(constraint.target)
      const key = keyOf(target, constraint)
      const operators = list(constraint.targetColumns.map((number) => equality(catalog, target, number)))
      return {
        ...row,
        ...inheritance(constraint),
        ...parentConstraint(parent ?? parentKey(catalog, relation, constraint)),
        ...validity(constraint),
        condeferrable: text(constraint.deferrable ?? false),
        condeferred: text(constraint.deferred ?? false),
        conindid: text(key === undefined ? 0 : oidOf('index', target.oid, key.name)),
        confrelid: text(constraint.target),
        confupdtype: constraint.onUpdate,
        confdeltype: constraint.onDelete,
        confmatchtype: constraint.match,
        connoinherit: text(constraint.handed !== true),
        conkey: list(constraint.columns),
        confkey: list(constraint.targetColumns),
        confdelsetcols: constraint.deleteSets === undefined ? null : list(constraint.deleteSets),
        conpfeqop: operators,
        conppeqop: operators,
        conffeqop: operators,
      }
    }
    default:
      return constraint satisfies never
  }
}

/** NOT NULL is a constraint with a name, as PostgreSQL 18 has it. */
const notNullRows = (catalog: Catalog, relation: RelationInfo): SystemRow[] => {
  if (relation.kind !== 'r' && relation.kind !== 'p') return []
  return relation.columns
    .filter(({ notNull }) => notNull)
    .map((column) => ({
      ...common(catalog, relation, notNullName(relation, column)),
      contype: 'n',
      conkey: list([column.number]),
      conislocal: text(!column.notNullOnlyInherited),
      coninhcount: text(column.notNullInherited ?? 0),
      connoinherit: text(column.notNullNoInherit ?? false),
    }))
}

/** Those of constraint triggers. */
const triggerConstraintRows = (catalog: Catalog, relation: RelationInfo): SystemRow[] =>
  (relation.triggers ?? []).flatMap(({ constraint }) =>
    constraint === undefined
      ? []
      : [
          {
            ...common(catalog, relation, constraint.name),
            contype: 't',
            condeferrable: text(constraint.deferrable ?? false),
            condeferred: text(constraint.deferred ?? false),
            connoinherit: 'true',
          },
        ],
  )

const domainRows = (env: Environment): SystemRow[] =>
  [...env.catalog.contents.types.values()].flatMap(({ oid, schema, name, domain }) => {
    const of = (label: string, contype: string): SystemRow => ({
      ...common(env.catalog, { oid, schema } as RelationInfo, label),
      contype,
      conrelid: '0',
      contypid: text(oid),
    })
    return [
      ...(domain?.checks ?? []).map((check) => ({
        ...of(check.name, 'c'),
        conbin: domainCheckText(env, domain as DomainInfo, check.expression),
        ...(check.notValid ? { convalidated: 'f' } : {}),
      })),
      ...(domain?.notNull ? [of(domainNotNullName(name, domain), 'n')] : []),
    ]
  })

export const constraintRows = (env: Environment): SystemRow[] => [
  ...[...env.catalog.contents.relations.values()].flatMap((relation) => [
    ...relation.constraints.flatMap((constraint) => [
      constraintRow(env, relation, constraint),
      ...(constraint.kind === 'foreign' ? partsOf(env.catalog, constraint) : []).map(({ key, parent }) =>
        constraintRow(env, relation, key, { relation, name: parent }),
      ),
    ]),
    ...notNullRows(env.catalog, relation),
    ...triggerConstraintRows(env.catalog, relation),
  ]),
  ...domainRows(env),
]

/** The bits of `tgtype`. */
const TYPE_BITS = { insert: 4, delete: 8, update: 16, truncate: 32 } as const

const ACTIONS = { a: 'noaction', r: 'restrict', c: 'cascade', n: 'setnull', d: 'setdefault' } as const

/** What internal triggers do not have: arguments, columns, a condition and transition tables. */
const WITHOUT_DETAILS = {
  tgnargs: '0',
  tgattr: '',
  tgargs: '\\x',
  tgqual: null,
  tgoldtable: null,
  tgnewtable: null,
} as const

/**
 * The triggers that check a foreign key: two on its table, two on the table it refers to (createForeignKeyActionTriggers).
 * Those on the latter are the partitioned table's, where a partition has the key from it; partitions of the latter have them too.
 */
const foreignKeyTriggers = (
  catalog: Catalog,
  relation: RelationInfo,
  constraint: ConstraintInfo & { kind: 'foreign' },
  functionOid: (name: string) => string,
  partOf?: ReturnType<typeof parentKey>,
): SystemRow[] => {
  if (constraint.notEnforced) return []
  const own = text(oidOf('constraint', relation.oid, constraint.name))
  const target = catalog.relation(constraint.target)
  const key = keyOf(target, constraint)
  const parent = partOf ?? parentKey(catalog, relation, constraint)
  const oidFor = (of: RelationInfo, name: string, side: 'a' | 'c', bits: number): number =>
    oidOf('foreign key trigger', of.oid, `${name} ${side} ${bits}`)
  const trigger = (side: 'a' | 'c', bits: number, fn: string, deferrable: boolean): SystemRow => {
    const [on, other] = side === 'a' ? [target, relation] : [relation, target]
    const oid = oidFor(relation, constraint.name, side, bits)
    return {
      oid: text(oid),
      tgrelid: text(on.oid),
      tgparentid: text(parent === undefined ? 0 : oidFor(parent.relation, parent.name, side, bits)),
      tgname: `RI_ConstraintTrigger_${side}_${oid}`,
      tgfoid: functionOid(`RI_FKey_${fn}`),
      tgtype: text(1 + bits),
      tgenabled: 'O',
      tgisinternal: 'true',
      tgconstrrelid: text(other.oid),
      tgconstrindid: text(key === undefined ? 0 : oidOf('index', target.oid, key.name)),
      tgconstraint: own,
      tgdeferrable: text(deferrable),
      tginitdeferred: text(deferrable && constraint.deferred === true),
      ...WITHOUT_DETAILS,
    }
  }
  const { onDelete, onUpdate, deferrable = false } = constraint
  const checks = [
    trigger('c', TYPE_BITS.insert, 'check_ins', deferrable),
    trigger('c', TYPE_BITS.update, 'check_upd', deferrable),
  ]
  const actions = [
    // Only NO ACTION can wait for the end of the transaction.
    trigger('a', TYPE_BITS.delete, `${ACTIONS[onDelete]}_del`, deferrable && onDelete === 'a'),
    trigger('a', TYPE_BITS.update, `${ACTIONS[onUpdate]}_upd`, deferrable && onUpdate === 'a'),
  ]
  if (partOf !== undefined) return actions
  const parts = partsOf(catalog, constraint).flatMap(({ key: part, parent: name }) =>
    foreignKeyTriggers(catalog, relation, part, functionOid, { relation, name }),
  )
  return parent === undefined ? [...actions, ...checks, ...parts] : checks
}

/** The trigger that looks again at what a deferrable unique constraint has let pass. */
const uniqueTriggers = (
  relation: RelationInfo,
  constraint: ConstraintInfo,
  functionOid: (name: string) => string,
): SystemRow[] => {
  if ((constraint.kind !== 'primary' && constraint.kind !== 'unique') || !constraint.deferrable) return []
  const oid = oidOf('unique trigger', relation.oid, constraint.name)
  return [
    {
      oid: text(oid),
      tgrelid: text(relation.oid),
      tgparentid: '0',
      tgname: `${constraint.kind === 'primary' ? 'PK' : 'Unique'}_ConstraintTrigger_${oid}`,
      tgfoid: functionOid('unique_key_recheck'),
      tgtype: text(1 + TYPE_BITS.insert + TYPE_BITS.update),
      tgenabled: 'O',
      tgisinternal: 'true',
      tgconstrrelid: '0',
      tgconstrindid: text(oidOf('index', relation.oid, constraint.name)),
      tgconstraint: text(oidOf('constraint', relation.oid, constraint.name)),
      tgdeferrable: 'true',
      tginitdeferred: text(constraint.deferred === true),
      ...WITHOUT_DETAILS,
    },
  ]
}

/** @param functionOid of a function's name */
export const triggerRows = ({ catalog }: Environment, functionOid: (name: string) => string): SystemRow[] => {
  for (const { kind, triggers = [] } of catalog.contents.relations.values())
    if (kind === 'p' && triggers.some(({ row }) => row)) throw unsupported('pg_trigger beside triggers of partitions')
  return allTriggerRows(catalog, functionOid)
}

const allTriggerRows = (catalog: Catalog, functionOid: (name: string) => string): SystemRow[] => [
  ...[...catalog.contents.relations.values()].flatMap((relation) =>
    relation.constraints.flatMap((constraint) =>
      constraint.kind === 'foreign'
        ? foreignKeyTriggers(catalog, relation, constraint, functionOid)
        : uniqueTriggers(relation, constraint, functionOid),
    ),
  ),
  ...[...catalog.contents.relations.values()].flatMap((relation) =>
    (relation.triggers ?? []).map((trigger) => ({
      oid: text(oidOf('trigger', relation.oid, trigger.name)),
      tgrelid: text(relation.oid),
      tgparentid: '0',
      tgname: trigger.name,
      tgfoid: text(trigger.function),
      tgtype: text(
        (trigger.row ? 1 : 0) +
          (trigger.timing === 'before' ? 2 : trigger.timing === 'instead' ? 64 : 0) +
          trigger.events.reduce((bits, event) => bits + TYPE_BITS[event], 0),
      ),
      tgenabled: trigger.fires ?? (trigger.enabled ? 'O' : 'D'),
      tgisinternal: 'false',
      tgconstrrelid: '0',
      tgconstrindid: '0',
      tgconstraint: text(
        trigger.constraint === undefined ? 0 : oidOf('constraint', relation.oid, trigger.constraint.name),
      ),
      tgdeferrable: text(trigger.constraint?.deferrable ?? false),
      tginitdeferred: text(trigger.constraint?.deferred ?? false),
      tgnargs: text(trigger.args.length),
      tgattr: vector(trigger.columns),
      tgargs: `\\x${[...new TextEncoder().encode(trigger.args.map((arg) => `${arg}\0`).join(''))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
      tgqual: trigger.when === undefined ? null : UNKNOWN_TEXT,
      tgoldtable: trigger.oldTable ?? null,
      tgnewtable: trigger.newTable ?? null,
    })),
  ),
]
