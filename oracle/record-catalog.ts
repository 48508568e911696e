/**
 * Records what a running PostgreSQL 18 knows of its built-in types, functions, operators, casts and aggregates into
 * `compiler/catalog/data`, one row a line, so that a difference between versions reads as a diff.
 */
import { writeFileSync } from 'node:fs'
import postgres from 'postgres'
import { NativePostgres } from './native-postgres.ts'

/** File name → the query whose rows it holds. All oids are numbers, all other columns as JSON has them. */
const QUERIES: Record<string, string> = {
  types: `
    select oid::int, typname::text as name, typlen::int as length, typtype::text as kind, typcategory::text as category,
           typispreferred as preferred, typdelim::text as delimiter, typelem::int as element, typarray::int as array,
           typsubscript::text as subscript, typcollation::int as collation, typinput::text as input, typoutput::text as output
    from pg_type where typnamespace = 'pg_catalog'::regnamespace and (typrelid = 0 or typname = 'pg_class') order by oid`,
  functions: `
    select p.oid::int, proname::text as name, string_to_array(proargtypes::text, ' ')::int[] as args, prorettype::int as result,
           case prolang when 12 then prosrc when 13 then prosrc else '' end as source, prokind::text as kind,
           proisstrict as strict, proretset as set, provolatile::text as volatility, provariadic::int as variadic,
           pronargdefaults::int as defaults,
           case when pronargdefaults > 0 then pg_get_expr(proargdefaults, 0) end as default_values,
           proallargtypes::int[] as all_args, proargmodes::text[] as modes, proargnames as names
    from pg_proc p where pronamespace = 'pg_catalog'::regnamespace order by p.oid`,
  operators: `
    select oid::int, oprname::text as name, oprleft::int as left, oprright::int as right, oprresult::int as result,
           oprcode::oid::int as function, oprcom::int as commutator, oprnegate::int as negator
    from pg_operator where oprcode <> 0 order by oid`,
  casts: `
    select castsource::int as source, casttarget::int as target, castfunc::int as function,
           castcontext::text as context, castmethod::text as method
    from pg_cast order by 1, 2`,
  aggregates: `
    select aggfnoid::oid::int as function, aggkind::text as kind, aggnumdirectargs::int as direct,
           aggsortop::int as sort_operator
    from pg_aggregate order by 1`,
  orderings: `
    select opcintype::int as type,
           max(amopopr) filter (where amopstrategy = 1)::int as less,
           max(amopopr) filter (where amopstrategy = 3)::int as equal,
           max(amopopr) filter (where amopstrategy = 5)::int as greater
    from pg_opclass join pg_amop on amopfamily = opcfamily and amoplefttype = opcintype and amoprighttype = opcintype
    where opcmethod = 403 and opcdefault group by 1 order by 1`,
  ranges: `select rngtypid::int as range, rngsubtype::int as subtype, rngmultitypid::int as multirange from pg_range order by 1`,
}

const server = await NativePostgres.start()
try {
  const sql = postgres(server.url(), { max: 1 })
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
