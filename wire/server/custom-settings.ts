/**
 * Names of customised options (`my.own`) that SQL mentions. PostgreSQL cannot list them, so what a session has
 * set can only be put away and brought back if the names are known; and to read one, some SQL must name it.
 * PostgreSQL manual, "Customized Options".
 */
import { parsePlPgSQLSync, parseSync } from 'libpg-query'

type Tree = { readonly [key: string]: unknown }

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null
const stringIn = (node: unknown, ...path: readonly string[]): string => {
  let value = node
  for (const key of path) value = isTree(value) ? value[key] : undefined
  return typeof value === 'string' ? value : ''
}

const READERS = new Set(['set_config', 'current_setting'])

/** Adds the names that a parse tree mentions, bodies of functions included, to `names`. */
export const collectCustomSettings = (node: unknown, names: Set<string>): void => {
  if (!isTree(node)) return
  for (const [tag, child] of Object.entries(node)) {
    if (tag === 'VariableSetStmt' || tag === 'VariableShowStmt') add(stringIn(child, 'name'), names)
    else if (tag === 'FuncCall' && isTree(child)) {
      const path = Array.isArray(child.funcname) ? (child.funcname as unknown[]) : []
      const [first] = Array.isArray(child.args) ? (child.args as unknown[]) : []
      if (READERS.has(stringIn(path.at(-1), 'String', 'sval'))) add(constantIn(first), names)
    }
    collectCustomSettings(child, names)
  }
}

const add = (name: string, names: Set<string>): void => {
  if (name.includes('.')) names.add(name.toLowerCase())
}

/** A string constant, with or without a cast around it. */
const constantIn = (node: unknown): string =>
  isTree(node) && isTree(node.TypeCast) ? constantIn(node.TypeCast.arg) : stringIn(node, 'A_Const', 'sval', 'sval')

/** The same for the body of a function or DO block, given as the whole statement. */
export const collectFromBody = (statement: Tree, sql: string, names: Set<string>): void => {
  const options = (Array.isArray(statement.options) ? statement.options : statement.args) as unknown[] | undefined
  const option = (name: string): unknown => options?.find((one) => stringIn(one, 'DefElem', 'defname') === name)
  const isDo = statement.options === undefined
  const body = option('as')
  const language = stringIn(option('language'), 'DefElem', 'arg', 'String', 'sval') || (isDo ? 'plpgsql' : 'sql')
  // libpg_query does not survive a function without a body
  if (body === undefined) return
  if (language === 'plpgsql') {
    for (const query of queriesIn(attempt(() => parsePlPgSQLSync(sql)))) {
      collectCustomSettings(attempt(() => parseSync(query)) ?? attempt(() => parseSync(`SELECT ${query}`)), names)
    }
    return
  }
  const items =
    isTree(body) && isTree(body.DefElem) && isTree(body.DefElem.arg) && isTree(body.DefElem.arg.List)
      ? body.DefElem.arg.List.items
      : []
  for (const item of Array.isArray(items) ? items : []) {
    const text = stringIn(item, 'String', 'sval')
    collectCustomSettings(
      attempt(() => parseSync(text)),
      names,
    )
  }
}

const attempt = <T>(parse: () => T): T | undefined => {
  try {
    return parse()
  } catch {
    return undefined
  }
}

/** The SQL texts in a tree of PL/pgSQL. */
const queriesIn = (node: unknown): string[] => {
  if (!isTree(node)) return []
  return Object.entries(node).flatMap(([tag, child]) =>
    tag === 'PLpgSQL_expr' ? [stringIn(child, 'query')] : queriesIn(child),
  )
}
