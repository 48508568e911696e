/** pg_rewrite: to PostgreSQL, a view is a table with a rule that says what to read instead. */
import type { RelationInfo } from '../catalog/entries.ts'
import type { Environment } from '../types/environment.ts'
import { UNKNOWN_TEXT } from './definition.ts'
import { oidOf } from './numbering.ts'
import { type SystemRow, text } from './row.ts'

/** The oid of a view's rule. */
export const viewRule = ({ oid }: RelationInfo): number => oidOf('rule', oid, '_RETURN')

export const rewriteRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.relations.values()]
    .filter(({ kind }) => kind === 'v' || kind === 'm')
    .map((view) => ({
      oid: text(viewRule(view)),
      rulename: '_RETURN',
      ev_class: text(view.oid),
      ev_type: '1',
      ev_enabled: 'O',
      is_instead: 'true',
      ev_qual: '<>',
      ev_action: UNKNOWN_TEXT,
    }))
