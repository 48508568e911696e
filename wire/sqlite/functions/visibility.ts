/**
 * Whether objects of which there are only PostgreSQL's own are found without the name of their schema, as all of pg_catalog's
 * are. Manual: "Schema Visibility Inquiry Functions".
 */
import type { Call, Scalars } from '../../../compiler/functions/implementation.ts'
import { unsupported } from '../../protocol/error.ts'

const PG_CATALOG = '11'

const isVisible = (catalog: string, schema: string) =>
  function (this: Call, oid: bigint): bigint | null {
    const recorded = this.recorded?.(catalog)
    if (recorded === undefined) throw unsupported(`the visibility of what ${catalog} has`)
    const [at, of] = [recorded.columns.indexOf('oid'), recorded.columns.indexOf(schema)]
    const row = recorded.rows.find((each) => each[at] === String(oid))
    return row === undefined ? null : BigInt(row[of] === PG_CATALOG)
  }

export const visibilityFunctions: Scalars = {
  pg_collation_is_visible: isVisible('pg_collation', 'collnamespace'),
  pg_conversion_is_visible: isVisible('pg_conversion', 'connamespace'),
  pg_opclass_is_visible: isVisible('pg_opclass', 'opcnamespace'),
  pg_opfamily_is_visible: isVisible('pg_opfamily', 'opfnamespace'),
  pg_ts_config_is_visible: isVisible('pg_ts_config', 'cfgnamespace'),
  pg_ts_dict_is_visible: isVisible('pg_ts_dict', 'dictnamespace'),
  pg_ts_parser_is_visible: isVisible('pg_ts_parser', 'prsnamespace'),
  pg_ts_template_is_visible: isVisible('pg_ts_template', 'tmplnamespace'),
}
