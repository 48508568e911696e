/**
 * pg_depend: what goes when something else goes, and what keeps it from going. Most of it can be read off the rows of the
 * other catalogs; what expressions mention, off their trees. After the calls of recordDependencyOn in PostgreSQL's commands.
 */
import { writtenQuery } from '../bind/view.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import type { Expr } from '../tree/expression.ts'
import type { Environment } from '../types/environment.ts'
import { CLASSES } from './comments.ts'
import {
  argumentDefaults,
  bodyQueries,
  checkExpression,
  defaultExpression,
  domainCheckExpression,
  domainDefault,
  indexExpression,
  keyExpression,
  whenExpression,
} from './definition.ts'
import { indexesOf } from './indexes.ts'
import { oidOf } from './numbering.ts'
import { mentionedIn, type Reference } from './reference.ts'
import { viewRule } from './rewrite.ts'
import { type SystemRow, text } from './row.ts'

type Class = keyof typeof CLASSES

/** What is older is part of the server, and never goes (FirstUnpinnedObjectId). */
const FIRST_UNPINNED = 12_000

/** The schema `public` is in every new database, and can be dropped all the same. */
const PUBLIC = 2200

/** IsPinnedObject, the other way round. */
const isRecorded = ({ catalog, object }: Reference): boolean =>
  object >= FIRST_UNPINNED || (catalog === CLASSES.pg_namespace && object === PUBLIC)

/** normal, auto, internal, and of a partition's parts: on the whole, and on their table. */
type Kind = 'n' | 'a' | 'i' | 'P' | 'S'

const reference = (catalog: Class, object: number | string | null | undefined, part = 0): Reference => ({
  catalog: CLASSES[catalog],
  object: Number(object ?? 0),
  part,
})

const depends = (from: Reference, kind: Kind, ...on: readonly Reference[]): SystemRow[] =>
  on.filter(isRecorded).map((to) => ({
    classid: text(from.catalog),
    objid: text(from.object),
    objsubid: text(from.part),
    refclassid: text(to.catalog),
    refobjid: text(to.object),
    refobjsubid: text(to.part),
    deptype: kind,
  }))

const numbers = (value: string | null | undefined): number[] => (value?.match(/\d+/g) ?? []).map(Number)

const columns = (relation: number | string | null | undefined, parts: readonly number[]): Reference[] =>
  parts.map((part) => reference('pg_class', relation, part))

/** An expression of a table's own: its columns one way, what else it mentions the other way. */
const ofExpressions = (
  env: Environment,
  from: Reference,
  relation: RelationInfo,
  exprs: readonly Expr[],
  own: Kind,
): SystemRow[] => {
  const all = mentionedIn(env.catalog, exprs)
  const isOwn = ({ catalog, object }: Reference): boolean => catalog === CLASSES.pg_class && object === relation.oid
  return [...depends(from, own, ...all.filter(isOwn)), ...depends(from, 'n', ...all.filter((it) => !isOwn(it)))]
}

/** Rows of the other catalogs: those of what users have made. */
export type RowsOf = (catalog: string) => readonly SystemRow[]

/** The columns in a partition key cannot go without the table; what else it mentions, it depends on. */
const ofKeyExpressions = (env: Environment, relation: RelationInfo): SystemRow[] => {
  const table = reference('pg_class', relation.oid)
  const exprs = (relation.partitioning?.keys ?? []).flatMap((key) =>
    typeof key === 'number' ? [] : [keyExpression(env, relation, key)],
  )
  return mentionedIn(env.catalog, exprs).flatMap((other) =>
    other.catalog === CLASSES.pg_class && other.object === relation.oid
      ? depends(other, 'i', table)
      : depends(table, 'n', other),
  )
}

const ofRelations = (env: Environment, rowsOf: RowsOf): SystemRow[] => {
  const { catalog } = env
  const classes = rowsOf('pg_class')
  const partitions = new Set(classes.flatMap(({ relispartition, oid }) => (relispartition === 'true' ? [oid] : [])))
  const kinds = new Map(classes.map(({ oid, relkind }) => [oid, relkind]))
  const toasted = classes.flatMap(({ oid, reltoastrelid }) =>
    reltoastrelid === '0' ? [] : depends(reference('pg_class', reltoastrelid), 'i', reference('pg_class', oid)),
  )
  const owned = classes.flatMap(({ oid, relkind, relnamespace, reltype }) => {
    if (relkind === 'i' || relkind === 'I' || relkind === 't') return []
    const from = reference('pg_class', oid)
    return relkind === 'c'
      ? depends(from, 'i', reference('pg_type', reltype))
      : depends(from, 'n', reference('pg_namespace', relnamespace))
  })
  const typed = rowsOf('pg_attribute').flatMap(({ attrelid, attnum, atttypid }) =>
    ['i', 'I', 't'].includes(kinds.get(attrelid ?? '') ?? 'i')
      ? []
      : depends(reference('pg_class', attrelid, Number(attnum)), 'n', reference('pg_type', atttypid)),
  )
  const inherited = rowsOf('pg_inherits').flatMap(({ inhrelid, inhparent }) =>
    ['i', 'I'].includes(kinds.get(inhrelid ?? '') ?? '')
      ? []
      : depends(
          reference('pg_class', inhrelid),
          partitions.has(inhrelid ?? '') ? 'a' : 'n',
          reference('pg_class', inhparent),
        ),
  )
  const sequences = [...catalog.contents.relations.values()].flatMap(({ oid, sequence }) => {
    if (sequence?.ownedBy === undefined) return []
    const { relation, column } = sequence.ownedBy
    const identity = catalog.relation(relation).columns.find(({ number }) => number === column)?.identity
    return depends(
      reference('pg_class', oid),
      identity === undefined ? 'a' : 'i',
      reference('pg_class', relation, column),
    )
  })
  const keys = rowsOf('pg_partitioned_table').flatMap(({ partrelid, partattrs, partexprs }) => {
    const table = reference('pg_class', partrelid)
    const ofColumns = numbers(partattrs)
      .filter((part) => part > 0)
      .flatMap((part) => depends(reference('pg_class', partrelid, part), 'i', table))
    return partexprs === null
      ? ofColumns
      : [...ofColumns, ...ofKeyExpressions(env, catalog.relation(Number(partrelid)))]
  })
  return [...toasted, ...owned, ...typed, ...inherited, ...sequences, ...keys]
}

const ofTypes = (env: Environment, rowsOf: RowsOf): SystemRow[] => {
  const kinds = new Map(rowsOf('pg_class').map(({ oid, relkind }) => [oid, relkind]))
  return rowsOf('pg_type').flatMap((row) => {
    const from = reference('pg_type', row.oid)
    if (row.typcategory === 'A') return depends(from, 'i', reference('pg_type', row.typelem))
    if (row.typrelid !== '0' && kinds.get(row.typrelid ?? '') !== 'c')
      return depends(from, 'i', reference('pg_class', row.typrelid))
    const domain = env.catalog.findType(Number(row.oid))?.domain
    const mentioned = domain?.default && mentionedIn(env.catalog, [domainDefault(env, domain, domain.default)])
    return [
      ...depends(from, 'n', ...(mentioned ?? [])),
      ...depends(from, 'n', reference('pg_namespace', row.typnamespace)),
      ...depends(from, 'n', reference('pg_type', row.typbasetype)),
    ]
  })
}

const ofConstraints = (env: Environment, rowsOf: RowsOf): SystemRow[] => {
  const relationOf = new Map(rowsOf('pg_constraint').map(({ oid, conrelid }) => [oid, conrelid]))
  const byRow = rowsOf('pg_constraint').flatMap((row) => {
    const from = reference('pg_constraint', row.oid)
    const [own, other] = [numbers(row.conkey), numbers(row.confkey)]
    return [
      ...(row.conrelid === '0'
        ? depends(from, 'a', reference('pg_type', row.contypid))
        : depends(from, 'a', ...columns(row.conrelid, own.length === 0 ? [0] : own))),
      ...depends(from, 'n', ...columns(row.confrelid, other)),
      ...(row.contype === 'f' ? depends(from, 'n', reference('pg_class', row.conindid)) : []),
      ...(row.conparentid === '0'
        ? []
        : relationOf.get(row.conparentid ?? '') === row.conrelid
          ? depends(from, 'i', reference('pg_constraint', row.conparentid))
          : [
              ...depends(from, 'P', reference('pg_constraint', row.conparentid)),
              ...depends(from, 'S', reference('pg_class', row.conrelid)),
            ]),
    ]
  })
  const { relations, types } = env.catalog.contents
  const checks = [...relations.values()].flatMap((relation) =>
    relation.constraints.flatMap((constraint) =>
      constraint.kind === 'check'
        ? ofExpressions(
            env,
            reference('pg_constraint', oidOf('constraint', relation.oid, constraint.name)),
            relation,
            [checkExpression(env, relation, constraint.expression)],
            'n',
          )
        : [],
    ),
  )
  const ofDomains = [...types.values()].flatMap(({ oid, domain }) =>
    (domain?.checks ?? []).flatMap(({ name, expression }) =>
      depends(
        reference('pg_constraint', oidOf('constraint', oid, name)),
        'n',
        ...mentionedIn(env.catalog, [domainCheckExpression(env, domain as NonNullable<typeof domain>, expression)]),
      ),
    ),
  )
  return [...byRow, ...checks, ...ofDomains]
}

const ofIndexes = (env: Environment, rowsOf: RowsOf): SystemRow[] => {
  const constraints = new Map(
    rowsOf('pg_constraint').flatMap(({ contype, conindid, oid }) =>
      contype === 'p' || contype === 'u' ? [[conindid, oid] as const] : [],
    ),
  )
  const parents = new Map(rowsOf('pg_inherits').map(({ inhrelid, inhparent }) => [inhrelid, inhparent]))
  const byRow = rowsOf('pg_index').flatMap(({ indexrelid, indrelid, indkey }) => {
    const from = reference('pg_class', indexrelid)
    const constraint = constraints.get(indexrelid ?? '')
    const keys = [...new Set(numbers(indkey))].filter((number) => number > 0)
    const parent = parents.get(indexrelid ?? '')
    return [
      ...(constraint === undefined
        ? depends(from, 'a', ...columns(indrelid, keys.length === 0 ? [0] : keys))
        : depends(from, 'i', reference('pg_constraint', constraint))),
      ...(parent === undefined
        ? []
        : [
            ...depends(from, 'P', reference('pg_class', parent)),
            ...depends(from, 'S', reference('pg_class', indrelid)),
          ]),
    ]
  })
  const computed = [...env.catalog.contents.relations.values()].flatMap((relation) =>
    indexesOf(relation).flatMap(({ oid, index }) => {
      const from = reference('pg_class', oid)
      const exprs = (index?.keys ?? []).flatMap((key) =>
        typeof key === 'number' ? [] : [indexExpression(env, relation, key, 'index expression')],
      )
      const predicate =
        index?.predicate === undefined ? [] : [indexExpression(env, relation, index.predicate, 'index predicate')]
      return [exprs, predicate].flatMap((part) => ofExpressions(env, from, relation, part, 'a'))
    }),
  )
  return [...byRow, ...computed]
}

const ofDefaults = (env: Environment, rowsOf: RowsOf): SystemRow[] =>
  rowsOf('pg_attrdef').flatMap(({ oid, adrelid, adnum }) => {
    const from = reference('pg_attrdef', oid)
    const relation = env.catalog.relation(Number(adrelid))
    const column = relation.columns.find(({ number }) => number === Number(adnum))
    if (column === undefined) return []
    const expr = defaultExpression(env, relation, column)
    return [
      ...depends(from, column.generated === undefined ? 'a' : 'i', reference('pg_class', adrelid, column.number)),
      ...(expr === undefined
        ? depends(from, 'n', reference('pg_class', column.sequence))
        : depends(from, 'n', ...mentionedIn(env.catalog, [expr]))),
    ]
  })

const ofFunctions = (env: Environment, rowsOf: RowsOf): SystemRow[] =>
  rowsOf('pg_proc').flatMap((row) => {
    const defaults = argumentDefaults(env, env.catalog.fn(Number(row.oid)))
    const from = reference('pg_proc', row.oid)
    const types = [...new Set([...numbers(row.proallargtypes ?? row.proargtypes), Number(row.prorettype)])]
    return [
      ...depends(from, 'n', reference('pg_namespace', row.pronamespace)),
      ...depends(from, 'n', reference('pg_language', row.prolang)),
      ...depends(from, 'n', ...types.map((type) => reference('pg_type', type))),
      ...depends(from, 'n', ...mentionedIn(env.catalog, defaults)),
      ...(row.prosqlbody === null
        ? []
        : depends(from, 'n', ...mentionedIn(env.catalog, [], bodyQueries(env, env.catalog.fn(Number(row.oid)))))),
    ]
  })

const ofTriggers = (env: Environment, rowsOf: RowsOf): SystemRow[] => {
  const byRow = rowsOf('pg_trigger').flatMap((row) => {
    const from = reference('pg_trigger', row.oid)
    if (row.tgisinternal === 'true') return depends(from, 'i', reference('pg_constraint', row.tgconstraint))
    return [
      ...depends(from, 'a', reference('pg_class', row.tgrelid)),
      ...(row.tgconstraint === '0' ? [] : depends(reference('pg_constraint', row.tgconstraint), 'i', from)),
      ...depends(from, 'n', reference('pg_proc', row.tgfoid)),
      ...depends(from, 'n', ...columns(row.tgrelid, numbers(row.tgattr))),
    ]
  })
  const conditions = [...env.catalog.contents.relations.values()].flatMap((relation) =>
    (relation.triggers ?? []).flatMap((trigger) => {
      const from = reference('pg_trigger', oidOf('trigger', relation.oid, trigger.name))
      const when = whenExpression(env, relation, trigger)
      return when === undefined ? [] : depends(from, 'n', ...mentionedIn(env.catalog, [when.expr]))
    }),
  )
  return [...byRow, ...conditions]
}

const ofViews = (env: Environment): SystemRow[] =>
  [...env.catalog.contents.relations.values()].flatMap((view) => {
    if (view.kind !== 'v' && view.kind !== 'm') return []
    const from = reference('pg_rewrite', viewRule(view))
    return [
      ...depends(from, 'i', reference('pg_class', view.oid)),
      ...depends(from, 'n', ...mentionedIn(env.catalog, [], [writtenQuery(env, view)])),
    ]
  })

const ofPublications = (rowsOf: RowsOf): SystemRow[] => [
  ...rowsOf('pg_publication_rel').flatMap(({ oid, prpubid, prrelid, prattrs }) => {
    const from = reference('pg_publication_rel', oid)
    return [
      ...depends(from, 'a', reference('pg_publication', prpubid), reference('pg_class', prrelid)),
      ...depends(from, 'n', ...columns(prrelid, numbers(prattrs))),
    ]
  }),
  ...rowsOf('pg_publication_namespace').flatMap(({ oid, pnpubid, pnnspid }) =>
    depends(
      reference('pg_publication_namespace', oid),
      'a',
      reference('pg_publication', pnpubid),
      reference('pg_namespace', pnnspid),
    ),
  ),
]

/** @throws PgError 0A000 beside what its dependencies are not known of */
export const dependencyRows = (env: Environment, rowsOf: RowsOf): SystemRow[] => [
  ...ofRelations(env, rowsOf),
  ...ofTypes(env, rowsOf),
  ...ofConstraints(env, rowsOf),
  ...ofIndexes(env, rowsOf),
  ...ofDefaults(env, rowsOf),
  ...ofFunctions(env, rowsOf),
  ...ofTriggers(env, rowsOf),
  ...ofViews(env),
  ...ofPublications(rowsOf),
  ...rowsOf('pg_event_trigger').flatMap(({ oid, evtfoid }) =>
    depends(reference('pg_event_trigger', oid), 'n', reference('pg_proc', evtfoid)),
  ),
]
