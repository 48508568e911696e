/**
 * PostgreSQL's text form of a composite value, as record_out writes it: `(a,,"b ""c""")`.
 * PostgreSQL manual, "Composite Type Input and Output Syntax".
 */

/** The fields of a record, null where nothing stands between two commas. Throws on a malformed one. */
export const parseRecord = (text: string): (string | null)[] => {
  const end = text.length - 1
  if (text[0] !== '(' || text[end] !== ')') throw new Error('malformed record literal')
  const fields: (string | null)[] = []
  let at = 1
  if (at === end) return fields
  for (;;) {
    if (text[at] === '"') {
      let value = ''
      let from = ++at
      for (;;) {
        const char = text[at]
        if (char === undefined) throw new Error('malformed record literal')
        if (char === '\\') {
          value += text.slice(from, at)
          from = at + 1
          at += 2
        } else if (char === '"') {
          value += text.slice(from, at)
          if (text[at + 1] !== '"') break
          from = at + 1
          at += 2
        } else at++
      }
      fields.push(value)
      at++
    } else {
      const comma = text.indexOf(',', at)
      const stop = comma < 0 ? end : comma
      fields.push(stop === at ? null : text.slice(at, stop))
      at = stop
    }
    if (at >= end) return fields
    if (text[at] !== ',') throw new Error('malformed record literal')
    at++
    if (at === end) {
      fields.push(null)
      return fields
    }
  }
}
