/** pg_get_viewdef() and pg_get_ruledef(). */
import { unsupported } from '../../wire/protocol/error.ts'
import { writtenQuery } from '../bind/view.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import { viewRule } from '../system/rewrite.ts'
import type { Environment } from '../types/environment.ts'
import { shownName } from './name.ts'
import { viewText } from './query.ts'

/** The query of a view as SQL; null for what is none. @throws PgError 0A000 for what its text is not known of */
export const viewDefinition = (env: Environment, oid: bigint, pretty: boolean): string | null => {
  const view = env.catalog.findRelation(Number(oid))
  if (view?.kind !== 'v' && view?.kind !== 'm') return null
  return viewText(
    env,
    writtenQuery(env, view),
    view.columns.map(({ name }) => name),
    pretty,
  )
}

/** A view's rule as the command that would make it; null for what is none. @throws PgError 0A000 */
export const ruleDefinition = (env: Environment, oid: bigint, pretty: boolean): string | null => {
  for (const view of env.catalog.contents.relations.values())
    if ((view.kind === 'v' || view.kind === 'm') && viewRule(view) === Number(oid)) {
      const query = viewDefinition(env, BigInt(view.oid), pretty)
      return `CREATE RULE "_RETURN" AS\n    ON SELECT TO ${shownName(env, view, pretty)} DO INSTEAD ${query}`
    }
  if (oid < BigInt(FIRST_USER_OID) && oid > 0n) throw unsupported('the definition of a built-in rule')
  return null
}
