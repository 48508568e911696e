/** Names with wildcards behind `\d` and its kin. Manual: "psql", section "Patterns". */

const literal = (text: string): string => {
  const quoted = text.replaceAll("'", "''")
  return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`
}

const SPECIAL = /[|*+?()[\]{}.^$\\]/

/** The parts of a pattern between its dots, as regular expressions. */
const parts = (pattern: string): string[] => {
  const found = ['']
  let quoted = false
  const append = (text: string): void => {
    found[found.length - 1] += text
  }
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    if (character === '"') {
      if (quoted && pattern[at + 1] === '"') {
        append('"')
        at++
      } else quoted = !quoted
    } else if (quoted) append(SPECIAL.test(character) ? `\\${character}` : character)
    else if (character === '*') append('.*')
    else if (character === '?') append('.')
    else if (character === '.') found.push('')
    else if (character === '$') append('\\$')
    else if (character === '[' && pattern[at + 1] === ']') append('\\[')
    else if (character === ']' && pattern[at - 1] === '[') append('\\]')
    else append(character.toLowerCase())
  }
  return found
}

/** The columns that a pattern is compared with. */
export interface Named {
  readonly schema: string
  readonly name: string
  /** Another form of the name. */
  readonly otherName?: string
  /** What must hold of names without a schema. */
  readonly visible: string
}

/** The conditions that a pattern stands for; without one, that names are visible. */
export const conditions = (pattern: string | undefined, { schema, name, otherName, visible }: Named): string[] => {
  if (pattern === undefined) return [visible]
  const all = parts(pattern)
  const matches = (column: string, regex: string): string =>
    `${column} OPERATOR(pg_catalog.~) ${literal(`^(${regex})$`)} COLLATE pg_catalog.default`
  const [nameRegex = '', schemaRegex] = all.slice(-2).reverse()
  const demanded: string[] = []
  if (nameRegex !== '.*')
    demanded.push(
      otherName === undefined
        ? matches(name, nameRegex)
        : `(${matches(name, nameRegex)}\n        OR ${matches(otherName, nameRegex)})`,
    )
  if (schemaRegex === undefined) demanded.push(visible)
  else if (schemaRegex !== '.*') demanded.push(matches(schema, schemaRegex))
  return demanded
}
