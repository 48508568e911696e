/** regproc, regprocedure, regoper and regoperator: oids that read and print as functions and operators. Manual: "Object Identifier Types"; after regproc.c. */
import { PgError } from '../../wire/protocol/error.ts'
import type { FunctionInfo, OperatorInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { requireUsage } from '../catalog/schema-usage.ts'
import { functionSchemasFor, isFunctionVisible, visibleFunctionsNamed } from '../catalog/search-path.ts'
import type { Environment } from './environment.ts'
import { quoteIdentifier } from './identifier.ts'
import { isNumber, regtypeIn, splitName } from './registered.ts'

const qualified = (schema: string, name: string, isVisible: boolean): string =>
  `${isVisible ? '' : `${quoteIdentifier(schema)}.`}${name}`

/** @throws PgError 42883, 42725 */
export const regprocIn = (text: string, env: Environment): bigint => {
  const { catalog, settings } = env
  if (text === '-') return 0n
  if (isNumber(text)) return BigInt(text)
  const path = splitName(text)
  requireUsage(env, path.at(-2))
  const name = path.at(-1) ?? ''
  const schemas = functionSchemasFor(path, settings.searchPath)
  const [fn, ...others] = schemas.flatMap((schema) => catalog.functionsNamed(schema, name))
  if (fn === undefined) throw new PgError('42883', `function "${text}" does not exist`)
  if (others.length > 0) throw new PgError('42725', `more than one function named "${text}"`)
  return BigInt(fn.oid)
}

const functionOf = ({ catalog }: Environment, oid: bigint): FunctionInfo | undefined => {
  try {
    return catalog.fn(Number(oid))
  } catch {
    return undefined
  }
}

export const regprocOut = (value: bigint, env: Environment): string => {
  if (value === 0n) return '-'
  const fn = functionOf(env, value)
  if (fn === undefined) return String(value)
  const candidates = visibleFunctionsNamed(env.catalog, env.settings.searchPath, fn.name)
  return qualified(fn.schema, quoteIdentifier(fn.name), candidates.length === 1 && candidates[0] === fn)
}

/** A name and the types behind it in parentheses: parseNameAndArgTypes. @returns oids, 0 for NONE @throws PgError 22P02 */
const nameAndTypes = (text: string, env: Environment, allowNone: boolean): [name: string, types: number[]] => {
  let quoted = false
  const open = Array.from(text).findIndex((character) => {
    if (character === '"') quoted = !quoted
    return character === '(' && !quoted
  })
  if (open < 0) throw new PgError('22P02', 'expected a left parenthesis')
  const rest = text.slice(open + 1).trimEnd()
  if (!rest.endsWith(')')) throw new PgError('22P02', 'expected a right parenthesis')
  const inner = rest.slice(0, -1)
  const parts: string[] = []
  let [depth, start] = [0, 0]
  for (const [at, character] of Array.from(`${inner},`).entries()) {
    if (character === '"') quoted = !quoted
    if (quoted) continue
    if (character === '(' || character === '[') depth++
    if (character === ')' || character === ']') depth--
    if (character !== ',' || depth > 0) continue
    parts.push(inner.slice(start, at).trim())
    start = at + 1
  }
  const types = inner.trim() === '' ? [] : parts
  if (types.includes('')) throw new PgError('22P02', 'expected a type name')
  const typeOf = (type: string): number =>
    allowNone && type.toLowerCase() === 'none' ? 0 : Number(regtypeIn(type, env))
  return [text.slice(0, open), types.map(typeOf)]
}

/** @throws PgError 22P02, 42883 */
export const regprocedureIn = (text: string, env: Environment): bigint => {
  if (text === '-') return 0n
  if (isNumber(text)) return BigInt(text)
  const [written, types] = nameAndTypes(text, env, false)
  const path = splitName(written)
  requireUsage(env, path.at(-2))
  const found = functionSchemasFor(path, env.settings.searchPath)
    .flatMap((schema) => env.catalog.functionsNamed(schema, path.at(-1) ?? ''))
    .find(({ args }) => args.join() === types.join())
  if (found === undefined) throw new PgError('42883', `function "${text}" does not exist`)
  return BigInt(found.oid)
}

export const regprocedureOut = (value: bigint, env: Environment): string => {
  if (value === 0n) return '-'
  const fn = functionOf(env, value)
  if (fn === undefined) return String(value)
  const { catalog, settings } = env
  const types = fn.args.map((type) => formatType(catalog, type, -1, settings.searchPath)).join(',')
  const isVisible = isFunctionVisible(catalog, settings.searchPath, fn)
  return qualified(fn.schema, `${quoteIdentifier(fn.name)}(${types})`, isVisible)
}

const operatorName = (text: string): string => text.trim().replace(/^pg_catalog\./i, '')

/** Operators are all built in, so that none hides another. @throws PgError 42883, 42725 */
export const regoperIn = (text: string, { catalog }: Environment): bigint => {
  if (text === '0') return 0n
  if (isNumber(text)) return BigInt(text)
  const [operator, ...others] = catalog.operatorsNamed(operatorName(text))
  if (operator === undefined) throw new PgError('42883', `operator does not exist: ${text}`)
  if (others.length > 0) throw new PgError('42725', `more than one operator named ${text}`)
  return BigInt(operator.oid)
}

export const regoperOut = (value: bigint, { catalog }: Environment): string => {
  if (value === 0n) return '0'
  const operator = catalog.findOperator(Number(value))
  if (operator === undefined) return String(value)
  return qualified('pg_catalog', operator.name, catalog.operatorsNamed(operator.name).length === 1)
}

/** @throws PgError 22P02, 42601, 42883 */
export const regoperatorIn = (text: string, env: Environment): bigint => {
  if (text === '0') return 0n
  if (isNumber(text)) return BigInt(text)
  const [written, types] = nameAndTypes(text, env, true)
  if (types.length === 1)
    throw new PgError('42P02', 'missing argument', {
      hint: 'Use NONE to denote the missing argument of a unary operator.',
    })
  if (types.length > 2)
    throw new PgError('54023', 'too many arguments', { hint: 'Provide two argument types for operator.' })
  const [left, right] = types
  const found = env.catalog
    .operatorsNamed(operatorName(written))
    .find((operator) => operator.left === left && operator.right === right)
  if (found === undefined) throw new PgError('42883', `operator does not exist: ${text}`)
  return BigInt(found.oid)
}

export const regoperatorOut = (value: bigint, { catalog, settings }: Environment): string => {
  if (value === 0n) return '0'
  const operator: OperatorInfo | undefined = catalog.findOperator(Number(value))
  if (operator === undefined) return String(value)
  const type = (oid: number): string => (oid === 0 ? 'NONE' : formatType(catalog, oid, -1, settings.searchPath))
  return `${operator.name}(${type(operator.left)},${type(operator.right)})`
}
