/** Functions as they are declared: pg_get_function_arguments(), pg_get_function_result(), pg_get_functiondef(). */

import { unsupported } from '../../wire/protocol/error.ts'
import { isPolymorphic } from '../bind/polymorphic.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { spelledSetting } from '../setting/spelling.ts'
import { argumentDefaults } from '../system/definition.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier, splitIdentifiers } from '../types/identifier.ts'
import { deparseExpression, quoteLiteral } from './expression.ts'

const MODE_NAMES: Readonly<Record<string, string>> = { o: 'OUT ', b: 'INOUT ', v: 'VARIADIC ' }

/** Those of the last arguments; NULL is of the argument's own type, though nothing else can be. */
const defaultTexts = (env: Environment, fn: FunctionInfo): string[] => {
  const defaults = argumentDefaults(env, fn)
  return defaults.map((expr, at) => {
    const type = fn.args[fn.args.length - defaults.length + at] ?? 0
    return isPolymorphic(type) && expr.kind === 'const' && expr.value === null
      ? `NULL::${formatType(env.catalog, type)}`
      : deparseExpression(env, expr)
  })
}

/** print_function_arguments. */
export const functionArguments = (env: Environment, fn: FunctionInfo, all: boolean): string => {
  if (fn.names?.length === 0) throw unsupported(`the names of the arguments of ${fn.name}()`)
  const modes = fn.modes ?? fn.args.map(() => 'i')
  const types = fn.allArgs ?? fn.args
  const defaults = all ? defaultTexts(env, fn) : []
  const isInput = (mode: string): boolean => mode !== 'o' && mode !== 't'
  const inputs = modes.filter(isInput).length
  let input = 0
  return types
    .flatMap((type, at) => {
      const mode = modes[at] ?? 'i'
      const given = isInput(mode) ? defaults[input++ - (inputs - defaults.length)] : undefined
      if (mode === 't') return []
      const name = fn.names?.[at] ?? ''
      return [
        `${MODE_NAMES[mode] ?? (fn.kind === 'p' ? 'IN ' : '')}${name === '' ? '' : `${quoteIdentifier(name)} `}${formatType(env.catalog, type, -1, env.settings.searchPath)}${given === undefined ? '' : ` DEFAULT ${given}`}`,
      ]
    })
    .join(', ')
}

/** The default of one argument, counted from 1 among all: pg_get_function_arg_default(). */
export const argumentDefault = (env: Environment, fn: FunctionInfo, position: number): string | null => {
  const modes = fn.modes ?? fn.args.map(() => 'i')
  const mode = modes[position - 1]
  if (mode === undefined || mode === 'o' || mode === 't') return null
  const input = modes.slice(0, position).filter((each) => each !== 'o' && each !== 't').length
  const defaults = defaultTexts(env, fn)
  return defaults[input - 1 - (fn.args.length - defaults.length)] ?? null
}

/** What a function returns, as it is declared. */
export const functionResult = (env: Environment, fn: FunctionInfo): string | null => {
  if (fn.kind === 'p') return null
  const show = (type: number): string => formatType(env.catalog, type, -1, env.settings.searchPath)
  const modes = fn.modes ?? []
  if (modes.includes('t')) {
    const columns = modes.flatMap((mode, at) =>
      mode === 't' ? [`${quoteIdentifier(fn.names?.[at] ?? '')} ${show(fn.allArgs?.[at] ?? 0)}`] : [],
    )
    return `TABLE(${columns.join(', ')})`
  }
  return `${fn.set ? 'SETOF ' : ''}${show(fn.result)}`
}

const VOLATILITY = { i: 'IMMUTABLE', s: 'STABLE', v: undefined } as const

/** pg_get_functiondef. */
/** The value of a setting; of one that is a list of names, each by itself (GUC_LIST_QUOTE). */
const settingText = (name: string, value: string): string => {
  const list = name === 'search_path' ? (splitIdentifiers(value) ?? [value]) : [value]
  return list.map(quoteLiteral).join(', ')
}

export const functionDefinition = (env: Environment, fn: FunctionInfo): string => {
  const { body, schema, name, kind, volatility, strict, planning = {} } = fn
  if (kind === 'a') throw unsupported('the definition of an aggregate')
  if (body === undefined || body.statements !== undefined) throw unsupported('the definition of this function')
  const isProcedure = kind === 'p'
  const qualified = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
  const { cost, rows, parallel, leakproof } = planning
  const flags = [
    kind === 'w' ? 'WINDOW' : '',
    VOLATILITY[volatility] ?? '',
    parallel === undefined ? '' : `PARALLEL ${parallel === 's' ? 'SAFE' : 'RESTRICTED'}`,
    strict ? 'STRICT' : '',
    body.asOwner ? 'SECURITY DEFINER' : '',
    leakproof ? 'LEAKPROOF' : '',
    cost === undefined ? '' : `COST ${cost}`,
    rows === undefined ? '' : `ROWS ${rows}`,
  ].filter(Boolean)
  const word = isProcedure ? 'procedure' : 'function'
  let tag = word
  while (body.text.includes(`$${tag}`)) tag += 'x'
  return [
    `CREATE OR REPLACE ${word.toUpperCase()} ${qualified}(${functionArguments(env, fn, true)})`,
    ...(isProcedure ? [] : [` RETURNS ${functionResult(env, fn)}`]),
    ` LANGUAGE ${body.language}`,
    ...(flags.length === 0 ? [] : [` ${flags.join(' ')}`]),
    ...(body.settings ?? []).map(
      ([setting, value]) => ` SET ${quoteIdentifier(spelledSetting(setting))} TO ${settingText(setting, value)}`,
    ),
    `AS $${tag}$${body.text}$${tag}$`,
    '',
  ].join('\n')
}
