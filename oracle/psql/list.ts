/** `\d` without a name, and the commands that list: `\dt`, `\dn`, `\df`, `\dT`, `\dD`, `\du`, `\l`. */
import { ask, type Query } from './dialogue.ts'
import { conditions } from './pattern.ts'

/** What stands behind a command's name: S for system objects, + for more, a pattern. */
export interface Listing {
  readonly pattern: string | undefined
  readonly system: boolean
  readonly extended: boolean
}

const OTHERS_THAN_SYSTEM = (schema: string): string[] => [
  `${schema} <> 'pg_catalog'`,
  `${schema} <> 'information_schema'`,
]

const privileges = (column: string): string =>
  `CASE WHEN pg_catalog.array_length(${column}, 1) = 0 THEN '(none)' ELSE pg_catalog.array_to_string(${column}, E'\\n') END AS "Access privileges"`

const RELATION_KINDS: Readonly<Record<string, readonly string[]>> = {
  t: ['r', 'p'],
  v: ['v'],
  m: ['m'],
  i: ['i', 'I'],
  s: ['S'],
  E: ['f'],
}

/** @param kinds letters as in `\dtv`: t, v, m, i, s, E */
export const listRelations = (kinds: string, { pattern, system, extended }: Listing): Query => {
  const relkinds = [...kinds].flatMap((kind) => RELATION_KINDS[kind] ?? [])
  if (kinds.includes('t') && (system || pattern !== undefined)) relkinds.push('t', 's')
  const wanted = [
    'n.nspname as "Schema"',
    'c.relname as "Name"',
    `CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table' WHEN 'I' THEN 'partitioned index' END as "Type"`,
    'pg_catalog.pg_get_userbyid(c.relowner) as "Owner"',
  ]
  if (kinds.includes('i')) wanted.push('c2.relname as "Table"')
  if (extended) {
    wanted.push(
      `CASE c.relpersistence WHEN 'p' THEN 'permanent' WHEN 't' THEN 'temporary' WHEN 'u' THEN 'unlogged' END as "Persistence"`,
    )
    if (/[tmi]/.test(kinds)) wanted.push('am.amname as "Access method"')
    wanted.push(
      'pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(c.oid)) as "Size"',
      `pg_catalog.obj_description(c.oid, 'pg_class') as "Description"`,
    )
  }
  const joins = [
    'LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace',
    ...(/[tmi]/.test(kinds) ? ['LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam'] : []),
    ...(kinds.includes('i')
      ? [
          'LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid',
          'LEFT JOIN pg_catalog.pg_class c2 ON i.indrelid = c2.oid',
        ]
      : []),
  ]
  const where = [
    `c.relkind IN (${[...relkinds.map((kind) => `'${kind}'`), "''"].join(',')})`,
    ...(system || pattern !== undefined
      ? []
      : ["n.nspname <> 'pg_catalog'", "n.nspname !~ '^pg_toast'", "n.nspname <> 'information_schema'"]),
    ...conditions(pattern, {
      schema: 'n.nspname',
      name: 'c.relname',
      visible: 'pg_catalog.pg_table_is_visible(c.oid)',
    }),
  ]
  return ask(`SELECT ${wanted.join(',\n  ')}
FROM pg_catalog.pg_class c
     ${joins.join('\n     ')}
WHERE ${where.join('\n      AND ')}
ORDER BY 1,2;`)
}

export const listSchemas = ({ pattern, system, extended }: Listing): Query => {
  const where = [
    ...(system || pattern !== undefined ? [] : ["n.nspname !~ '^pg_'", "n.nspname <> 'information_schema'"]),
    ...(pattern === undefined
      ? []
      : conditions(pattern, { schema: 'n.nspname', name: 'n.nspname', visible: 'true' }).slice(0, 1)),
  ]
  return ask(`SELECT n.nspname AS "Name",
  pg_catalog.pg_get_userbyid(n.nspowner) AS "Owner"${
    extended
      ? `,\n  ${privileges('n.nspacl')},\n  pg_catalog.obj_description(n.oid, 'pg_namespace') AS "Description"`
      : ''
  }
FROM pg_catalog.pg_namespace n
${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}\n`}ORDER BY 1;`)
}

export const listFunctions = ({ pattern, system }: Listing): Query => {
  const where = [
    ...(system || pattern !== undefined ? [] : OTHERS_THAN_SYSTEM('n.nspname')),
    ...conditions(pattern, {
      schema: 'n.nspname',
      name: 'p.proname',
      visible: 'pg_catalog.pg_function_is_visible(p.oid)',
    }),
  ]
  return ask(`SELECT n.nspname as "Schema",
  p.proname as "Name",
  pg_catalog.pg_get_function_result(p.oid) as "Result data type",
  pg_catalog.pg_get_function_arguments(p.oid) as "Argument data types",
 CASE p.prokind
  WHEN 'a' THEN 'agg'
  WHEN 'w' THEN 'window'
  WHEN 'p' THEN 'proc'
  ELSE 'func'
 END as "Type"
FROM pg_catalog.pg_proc p
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
${where.length === 0 ? '' : `WHERE ${where.join('\n      AND ')}\n`}ORDER BY 1, 2, 4;`)
}

export const listTypes = ({ pattern, system, extended }: Listing): Query => {
  const where = [
    "(t.typrelid = 0 OR (SELECT c.relkind = 'c' FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid))",
    'NOT EXISTS(SELECT 1 FROM pg_catalog.pg_type el WHERE el.oid = t.typelem AND el.typarray = t.oid)',
    ...(system || pattern !== undefined ? [] : OTHERS_THAN_SYSTEM('n.nspname')),
    ...conditions(pattern, {
      schema: 'n.nspname',
      name: 't.typname',
      otherName: 'pg_catalog.format_type(t.oid, NULL)',
      visible: 'pg_catalog.pg_type_is_visible(t.oid)',
    }),
  ]
  const more = `
  t.typname AS "Internal name",
  CASE WHEN t.typrelid != 0
      THEN CAST('tuple' AS pg_catalog.text)
    WHEN t.typlen < 0
      THEN CAST('var' AS pg_catalog.text)
    ELSE CAST(t.typlen AS pg_catalog.text)
  END AS "Size",
  pg_catalog.array_to_string(
      ARRAY(
          SELECT e.enumlabel
          FROM pg_catalog.pg_enum e
          WHERE e.enumtypid = t.oid
          ORDER BY e.enumsortorder
      ),
      E'\\n'
  ) AS "Elements",
  pg_catalog.pg_get_userbyid(t.typowner) AS "Owner",
  ${privileges('t.typacl')},`
  return ask(`SELECT n.nspname as "Schema",
  pg_catalog.format_type(t.oid, NULL) AS "Name",${extended ? more : ''}
  pg_catalog.obj_description(t.oid, 'pg_type') as "Description"
FROM pg_catalog.pg_type t
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE ${where.join('\n  AND ')}
ORDER BY 1, 2;`)
}

export const listDomains = ({ pattern, system }: Listing): Query => {
  const where = [
    "t.typtype = 'd'",
    ...(system || pattern !== undefined ? [] : OTHERS_THAN_SYSTEM('n.nspname')),
    ...conditions(pattern, {
      schema: 'n.nspname',
      name: 't.typname',
      visible: 'pg_catalog.pg_type_is_visible(t.oid)',
    }),
  ]
  return ask(`SELECT n.nspname as "Schema",
       t.typname as "Name",
       pg_catalog.format_type(t.typbasetype, t.typtypmod) as "Type",
       (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type bt
        WHERE c.oid = t.typcollation AND bt.oid = t.typbasetype AND t.typcollation <> bt.typcollation) as "Collation",
       CASE WHEN t.typnotnull THEN 'not null' END as "Nullable",
       t.typdefault as "Default",
       pg_catalog.array_to_string(ARRAY(
         SELECT pg_catalog.pg_get_constraintdef(r.oid, true) FROM pg_catalog.pg_constraint r WHERE t.oid = r.contypid AND r.contype = 'c' ORDER BY r.conname
       ), ' ') as "Check"
FROM pg_catalog.pg_type t
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE ${where.join('\n  AND ')}
ORDER BY 1, 2;`)
}

export const listRoles = ({ pattern, system }: Listing): Query => {
  const where =
    pattern === undefined
      ? system
        ? []
        : ["r.rolname !~ '^pg_'"]
      : conditions(pattern, { schema: 'r.rolname', name: 'r.rolname', visible: 'true' }).slice(0, 1)
  return ask(`SELECT r.rolname, r.rolsuper, r.rolinherit,
  r.rolcreaterole, r.rolcreatedb, r.rolcanlogin,
  r.rolconnlimit, r.rolvaliduntil
, r.rolreplication
, r.rolbypassrls
FROM pg_catalog.pg_roles r
${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}\n`}ORDER BY 1;`)
}

export const listDatabases = (): Query =>
  ask(`SELECT
  d.datname as "Name",
  pg_catalog.pg_get_userbyid(d.datdba) as "Owner",
  pg_catalog.pg_encoding_to_char(d.encoding) as "Encoding",
  CASE d.datlocprovider WHEN 'b' THEN 'builtin' WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' END AS "Locale Provider",
  d.datcollate as "Collate",
  d.datctype as "Ctype",
  d.datlocale as "Locale",
  d.daticurules as "ICU Rules",
  ${privileges('d.datacl')}
FROM pg_catalog.pg_database d
ORDER BY 1;`)
