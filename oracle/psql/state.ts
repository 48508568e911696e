/** The rows of all tables: what a script leaves behind. */
import { ask, type Series } from './dialogue.ts'

/** No command of psql's: it stands at the end of every script. */
export const STATE = '\\state'

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** @param status of the transaction that the script has left open */
export function* state(status: string): Series {
  if (status === 'E') yield* ask('rollback')
  const tables = yield* ask(`select n.nspname, c.relname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_t'
order by 1, 2`)
  for (const [schema, name] of tables) yield* ask(`select * from only ${quote(schema ?? '')}.${quote(name ?? '')}`)
}
