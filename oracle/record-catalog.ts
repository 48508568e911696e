/**
 * Records what a running PostgreSQL 18 knows of its built-in types, functions, operators, casts and aggregates into
 * `compiler/catalog/data`, and the rows of its system catalogs into `compiler/system/data`, one row a line, so that a
 * difference between versions reads as a diff.
 */
import { writeFileSync } from 'node:fs'
import postgres from 'postgres'
import { NativePostgres } from './native-postgres.ts'

/**
 * Views of what a server counts, of its memory and files, of foreign servers and of what roles may do are left out: there
 * is none of it here.
 */
const KNOWN = `(relkind = 'r' or relname !~ '^pg_(stat(?!_activity$|_replication$|_database_conflicts$|_(all|user)_(tables|indexes)$|io_(all|user)_(tables|indexes|sequences)$)|shmem|backend_memory|file|hba|ident|config|aios|wait|available|prepared_xacts|replication_origin|timezone|user_mappings)|^(_pg_)?(foreign_(data|server|table_options)|user_mapping)|^(column_options|element_types)$|(?<!table_|role_table_)(privileges|grants)$')`

/** Functions of the same kind; the names of their arguments are left out, of which none are listed then. */
const OF_SERVERS =
  '^pg_(stat_(?!get_activity$|get_wal_senders$)|statio|ls_|get_(wal|backend|shmem|aios|wait)|control|hba|ident|available|config$)'

/** File name → the query whose rows it holds. All oids are numbers, all other columns as JSON has them. */
const QUERIES: Record<string, string> = {
  types: `
    select oid::int,
           -- Of an array it is that of its elements, and of the row of a table that of the table.
           case when typname <> coalesce(
             (select relname from pg_class c where c.oid = typrelid and ${KNOWN}),
             (select '_' || e.typname from pg_type e where e.typarray = t.oid)
           ) is not false then typname::text end as name,
           typlen::int as length, typtype::text as kind, typcategory::text as category,
           typispreferred as preferred, typdelim::text as delimiter, typelem::int as element, typarray::int as array,
           typsubscript::text as subscript, typcollation::int as collation, 
           nullif(typinput::text, case when typname ~ '^_' then 'array_' when typrelid <> 0 then 'record_' else typname::text end || 'in') as input,
           nullif(typoutput::text, case when typname ~ '^_' then 'array_' when typrelid <> 0 then 'record_' else typname::text end || 'out') as output,
           typbasetype::int as base, typtypmod as typmod, typrelid::int as relation, typnamespace::regnamespace::text as schema
    from pg_type t where typnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) order by typtype, typcategory, typarray, oid`,
  functions: `
    select p.oid::int, proname::text as name, string_to_array(proargtypes::text, ' ')::int[] as args, prorettype::int as result,
           case when prolang in (12, 13) then nullif(prosrc, proname) else '' end as source, prokind::text as kind,
           proisstrict as strict, proretset as set, provolatile::text as volatility, provariadic::int as variadic,
           pronargdefaults::int as defaults,
           case when pronargdefaults > 0 then pg_get_expr(proargdefaults, 0) end as default_values,
           proallargtypes::int[] as all_args, proargmodes::text[] as modes,
           case when proname ~ '${OF_SERVERS}' and proargnames is not null then '{}' else proargnames end as names
    from pg_proc p where pronamespace = 'pg_catalog'::regnamespace order by p.oid`,
  operators: `
    select oid::int, oprname::text as name, oprleft::int as left, oprright::int as right, oprresult::int as result,
           oprcode::oid::int as function
    from pg_operator where oprcode <> 0 order by oid`,
  casts: `
    select castsource::int as source, casttarget::int as target, castfunc::int as function,
           castcontext::text as context, castmethod::text as method
    from pg_cast order by 1, 2`,
  // Those that have a meaning by a zone's own history have no offset.
  'zone-abbreviations': `
    select lower(found[1]) as name, case when found[2] !~ '/' then found[2]::int end as offset, found[3] is not null as daylight
    from pg_config, string_to_table(pg_read_file(setting || '/timezonesets/Default'), chr(10)) line,
         regexp_match(line, '^ *([A-Z]+)[[:space:]]+([^[:space:]]+) *(D)?') found
    where pg_config.name = 'SHAREDIR' and found is not null order by 1`,
  aggregates: `
    select aggfnoid::oid::int as function, aggkind::text as kind, aggnumdirectargs::int as direct
    from pg_aggregate order by 1`,
  orderings: `
    select opcintype::int as type,
           max(amopopr) filter (where amopstrategy = 1)::int as less,
           max(amopopr) filter (where amopstrategy = 3)::int as equal,
           max(amopopr) filter (where amopstrategy = 5)::int as greater
    from pg_opclass join pg_amop on amopfamily = opcfamily and amoplefttype = opcintype and amoprighttype = opcintype
    where opcmethod = 403 and opcdefault group by 1 order by 1`,
  relations: `
    select c.oid::int, n.nspname::text as schema, relname::text as name, relkind::text as kind, reltype::int as row_type,
           (select json_agg(json_build_array(attname, atttypid::int, atttypmod, attnotnull) order by attnum)
            from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where nspname in ('pg_catalog', 'information_schema') and relkind in ('r', 'v') and ${KNOWN} order by c.oid`,
  'operator-classes': `
    select c.oid::int, amname::text as method, opcname::text as name, opcintype::int as type, opcdefault as default,
           opckeytype::int as key
    from pg_opclass c join pg_am m on m.oid = opcmethod where opcnamespace = 'pg_catalog'::regnamespace order by c.oid`,
  'access-methods': `select oid::int, amname::text as name from pg_am where amtype = 'i' order by oid`,
  // Of pg_catalog.
  indexes: `
    select oid::int, relname::text as name from pg_class
    where relkind = 'i' and relnamespace = 'pg_catalog'::regnamespace order by oid`,
  'information-schema': `
    select p.oid::int, proname::text as name, string_to_array(proargtypes::text, ' ')::int[] as args, prorettype::int as result,
           proisstrict as strict, proretset as set, provolatile::text as volatility,
           proallargtypes::int[] as all_args, proargmodes::text[] as modes, proargnames as names,
           coalesce(pg_get_function_sqlbody(p.oid), prosrc) as body
    from pg_proc p where pronamespace = 'information_schema'::regnamespace order by p.oid`,
  // What depends on the machine and the installation is left out.
  settings: `
    select name, case when changes then vartype end as type, case when changes then unit end as unit,
           case when changes then min_val end as min, case when changes then max_val end as max,
           case when changes then enumvals end as values, context,
           case name when 'application_name' then '' else current_setting(name) end as value
    from (select *, context in ('user', 'superuser') as changes from pg_settings) s
    where source <> 'override' and (source <> 'command line' or name in ('wal_level'))
      and name not in ('config_file', 'hba_file', 'ident_file', 'external_pid_file', 'data_directory', 'cluster_name')
    order by name`,
  version: 'select version()',
  ranges: `select rngtypid::int as range, rngsubtype::int as subtype, rngmultitypid::int as multirange from pg_range order by 1`,
}

/** Catalogs whose rows a new database has from the start. */
const CATALOGS = [
  'pg_aggregate',
  'pg_am',
  'pg_amop',
  'pg_amproc',
  'pg_attribute',
  'pg_auth_members',
  'pg_authid',
  'pg_cast',
  'pg_class',
  'pg_collation',
  'pg_constraint',
  'pg_conversion',
  'pg_database',
  'pg_depend',
  'pg_description',
  'pg_extension',
  'pg_index',
  'pg_init_privs',
  'pg_language',
  'pg_namespace',
  'pg_opclass',
  'pg_operator',
  'pg_opfamily',
  'pg_proc',
  'pg_range',
  'pg_rewrite',
  'pg_shdescription',
  'pg_tablespace',
  'pg_ts_config',
  'pg_ts_config_map',
  'pg_ts_dict',
  'pg_ts_parser',
  'pg_ts_template',
  'pg_type',
]

/** Every value of a catalog's rows as PostgreSQL prints it; an expression's tree as the expression. */
const recordRows = async (sql: postgres.Sql, catalog: string): Promise<void> => {
  const columns = await sql<{ name: string; type: string }[]>`
    select attname as name, atttypid::regtype::text as type from pg_attribute
    where attrelid = ${`pg_catalog.${catalog}`}::regclass and attnum > 0 and not attisdropped order by attnum`
  const list = columns.map(({ name, type }) =>
    type === 'pg_node_tree'
      ? `case when ${name} is not null then '' end`
      : type === 'regproc'
        ? `${name}::oid::text`
        : `${name}::text`,
  )
  const rows = await sql.unsafe(`select ${list.join(', ')} from pg_catalog.${catalog} order by 1, 2`).values()
  const file = new URL(`../compiler/system/data/${catalog}.json`, import.meta.url)
  const lines = rows.map((row) => JSON.stringify(row))
  writeFileSync(
    file,
    `{"columns":${JSON.stringify(columns.map(({ name }) => name))},"rows":[\n${lines.join(',\n')}\n]}\n`,
  )
  console.log(`${catalog}: ${rows.length}`)
}

/** The rows of pg_settings, but for what depends on the machine and the installation. */
const recordSettings = async (sql: postgres.Sql): Promise<void> => {
  const rows = await sql.unsafe(`
    select name, case when known then setting end as setting, unit, category, short_desc, extra_desc, context, vartype,
           case when known then source else 'default' end as source, min_val, max_val, enumvals::text as enumvals,
           boot_val, case when known then reset_val end as reset_val, null as sourcefile, null as sourceline,
           pending_restart::text as pending_restart
    from (select *, source not in ('override', 'command line', 'client') or name = 'wal_level' as known from pg_settings) s`)
  const columns = JSON.stringify(rows.columns.map((column) => column.name))
  const lines = rows.map((row) => JSON.stringify(Object.values(row)))
  const file = new URL('../compiler/system/data/pg_settings.json', import.meta.url)
  writeFileSync(file, `{"columns":${columns},"rows":[\n${lines.join(',\n')}\n]}\n`)
  console.log(`pg_settings: ${rows.length}`)
}

/** What the system's own views are. */
const recordViews = async (sql: postgres.Sql): Promise<void> => {
  const rows = await sql.unsafe(`
    select c.oid::text, regexp_replace(pg_get_viewdef(c.oid, true), '\\s+', ' ', 'g') as definition
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where nspname in ('pg_catalog', 'information_schema') and relkind = 'v' and ${KNOWN} order by c.oid`)
  const lines = rows.map((row) => JSON.stringify(Object.values(row)))
  const file = new URL('../compiler/system/data/views.json', import.meta.url)
  writeFileSync(file, `{"columns":["oid","definition"],"rows":[\n${lines.join(',\n')}\n]}\n`)
  console.log(`views: ${rows.length}`)
}

const server = await NativePostgres.start()
try {
  const sql = postgres(server.url(), { max: 1 })
  for (const catalog of CATALOGS) await recordRows(sql, catalog)
  await recordSettings(sql)
  await recordViews(sql)
  for (const [name, query] of Object.entries(QUERIES)) {
    const rows = await sql.unsafe(query)
    const lines = rows.map((row) => JSON.stringify(Object.values(row)))
    const columns = JSON.stringify(rows.columns.map((column) => column.name))
    const file = new URL(`../compiler/catalog/data/${name}.json`, import.meta.url)
    writeFileSync(file, `{"columns":${columns},"rows":[\n${lines.join(',\n')}\n]}\n`)
    console.log(`${name}: ${rows.length}`)
  }
  await sql.end()
} finally {
  await server.stop()
}
