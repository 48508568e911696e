/** `\sv` and `\sf`: the source of a view and of a function. */
import { ask, type Series } from './dialogue.ts'

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

export function* showView(name: string): Series {
  const [[oid] = []] = yield* ask(`SELECT ${quote(name)}::pg_catalog.regclass::pg_catalog.oid`)
  yield* ask(
    `SELECT nspname, relname, relkind, pg_catalog.pg_get_viewdef(c.oid, true), pg_catalog.array_remove(pg_catalog.array_remove(c.reloptions,'check_option=local'),'check_option=cascaded') AS reloptions, CASE WHEN 'check_option=local' = ANY (c.reloptions) THEN 'LOCAL'::text WHEN 'check_option=cascaded' = ANY (c.reloptions) THEN 'CASCADED'::text ELSE NULL END AS checkoption FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON c.relnamespace = n.oid WHERE c.oid = ${oid}`,
  )
}

/** @param name perhaps with the types of its arguments */
export function* showFunction(name: string): Series {
  const type = name.includes('(') ? 'regprocedure' : 'regproc'
  const [[oid] = []] = yield* ask(`SELECT ${quote(name)}::pg_catalog.${type}::pg_catalog.oid`)
  yield* ask(`SELECT pg_catalog.pg_get_functiondef(${oid})`)
}
