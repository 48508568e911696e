/** Compiled SQL over several lines: a clause a line, and what is in parentheses indented. */

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_:][\w$:]*|\s+|[^\sA-Za-z_]/g

/** Words that begin a line, with the words that can stand between. */
const CLAUSES: ReadonlySet<string> = new Set([
  ...['FROM', 'WHERE', 'HAVING', 'LIMIT', 'WINDOW', 'UNION', 'INTERSECT', 'EXCEPT', 'VALUES', 'RETURNING'],
  ...['GROUP BY', 'ORDER BY', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN'],
])

/** A line that fits is left as it is. */
const WIDTH = 100

const breakLines = (sql: string): string => {
  const tokens = sql.match(TOKEN) ?? []
  // Whether the parentheses that are open hold a query.
  const queries: boolean[] = []
  let out = ''
  let before = ''
  tokens.forEach((token, at) => {
    const indent = '  '.repeat(queries.filter(Boolean).length)
    const inQuery = queries.at(-1) ?? true
    if (token === '(') {
      const isQuery = tokens[at + 1] === 'SELECT' || tokens[at + 1] === 'WITH'
      queries.push(isQuery)
      out += isQuery ? `(\n${indent}  ` : '('
    } else if (token === ')') {
      const wasQuery = queries.pop() ?? false
      out += wasQuery ? `\n${'  '.repeat(queries.filter(Boolean).length)})` : ')'
    } else {
      const begins =
        inQuery &&
        (CLAUSES.has(token) || CLAUSES.has(`${token} ${tokens[at + 2] ?? ''}`)) &&
        !CLAUSES.has(`${before} ${token}`)
      out = begins ? `${out.trimEnd()}\n${indent}${token}` : out + token
    }
    if (token.trim() !== '') before = token
  })
  return out
}

/** SQL that the compiler has printed, as people read it. */
export const format = (sql: string): string => (sql.length <= WIDTH ? sql : breakLines(sql))
