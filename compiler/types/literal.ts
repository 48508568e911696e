/** Text as a literal of SQL. */

/** quote_literal(): with backslashes as in an escape string constant. */
export const quoteLiteral = (text: string): string => {
  const quoted = text.replaceAll("'", "''")
  return text.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'`.trimStart() : `'${quoted}'`
}
