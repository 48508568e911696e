/** Names as SQL needs them: quoted where they would be read as something else. After quote_identifier. */

const RESERVED: ReadonlySet<string> = new Set(
  'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real references returning right row select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable'.split(
    ' ',
  ),
)

export const quoteIdentifier = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`

/** Names of a list with commas, quoted or not; undefined for what is no such list. After SplitIdentifierString. */
export const splitIdentifiers = (text: string): string[] | undefined => {
  const names: string[] = []
  let rest = text.trim()
  if (rest === '') return names
  for (;;) {
    const found = /^(?:"((?:[^"]|"")*)"|([^\s,"]+))\s*/.exec(rest)
    if (found === null) return undefined
    const [whole, quoted, bare = ''] = found
    names.push(quoted === undefined ? bare.toLowerCase() : quoted.replaceAll('""', '"'))
    rest = rest.slice(whole.length)
    if (rest === '') return names
    if (!rest.startsWith(',')) return undefined
    rest = rest.slice(1).trimStart()
  }
}
