/** What CREATE FUNCTION and ALTER FUNCTION say of a function beside its signature (compute_common_attribute). */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { errorAt, refuse, type Scope } from '../bind/scope.ts'
import type { FunctionInfo, PlanningHints } from '../catalog/entries.ts'
import { type SettingChange, settingChange } from './setting-change.ts'

/** What is undefined has not been said. */
export interface FunctionOptions {
  language?: string
  text?: string
  /** Where the text stands. */
  location?: number | undefined
  volatility?: FunctionInfo['volatility']
  strict?: boolean
  asOwner?: boolean
  readonly planning: { -readonly [Hint in keyof PlanningHints]: PlanningHints[Hint] | undefined }
  readonly settings: SettingChange[]
}

export const stringOf = (node: Ast.Node | undefined): string =>
  node !== undefined && 'String' in node ? (node.String.sval ?? '') : ''

const booleanOf = (node: Ast.Node | undefined): boolean =>
  node !== undefined && 'Boolean' in node && (node.Boolean.boolval ?? false)

/** COST and ROWS. @throws PgError 22023 */
const positive = (name: string, node: Ast.Node | undefined): number => {
  const value =
    node !== undefined && 'Integer' in node
      ? (node.Integer.ival ?? 0)
      : node !== undefined && 'Float' in node
        ? Math.fround(Number(node.Float.fval))
        : 0
  if (value <= 0) throw new PgError('22023', `${name.toUpperCase()} must be positive`)
  return value
}

/** @throws PgError 42601 */
const parallelOf = (word: string): 's' | 'r' | undefined => {
  if (word === 'safe') return 's'
  if (word === 'restricted') return 'r'
  if (word === 'unsafe') return undefined
  throw new PgError('42601', 'parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE')
}

/** The hints that are not as they are by default. @throws PgError 22023 */
export const hintsOf = ({ planning }: Pick<FunctionOptions, 'planning'>, set: boolean): PlanningHints | undefined => {
  const { cost, rows, parallel, leakproof } = planning
  if (rows !== undefined && !set)
    throw new PgError('22023', 'ROWS is not applicable when function does not return a set')
  const hints = {
    ...(cost === undefined || cost === 100 ? {} : { cost }),
    ...(rows === undefined || rows === 1000 ? {} : { rows }),
    ...(parallel === undefined ? {} : { parallel }),
    ...(leakproof ? { leakproof } : {}),
  }
  return Object.keys(hints).length === 0 ? undefined : hints
}

const VOLATILITIES: Readonly<Record<string, FunctionInfo['volatility']>> = {
  immutable: 'i',
  stable: 's',
  volatile: 'v',
}

/** What a procedure has not. */
const OF_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['volatility', 'strict', 'cost', 'rows', 'parallel', 'leakproof', 'support', 'window'],
])

/** @throws PgError 42601, 42P13, 22023; 0A000 */
export const readOptions = (scope: Scope, nodes: readonly Ast.Node[], isProcedure: boolean): FunctionOptions => {
  const options: FunctionOptions = { planning: {}, settings: [] }
  const seen = new Set<string>()
  for (const node of nodes) {
    if (!('DefElem' in node)) throw refuse(scope, 'this option')
    const { defname = '', arg, location } = node.DefElem
    if (isProcedure && OF_FUNCTIONS.has(defname))
      throw errorAt(scope, location, '42P13', 'invalid attribute in procedure definition')
    if (seen.has(defname) && defname !== 'set')
      throw errorAt(scope, location, '42601', 'conflicting or redundant options')
    seen.add(defname)
    switch (defname) {
      case 'language':
        options.language = stringOf(arg).toLowerCase()
        break
      case 'as': {
        const parts = arg !== undefined && 'List' in arg ? (arg.List.items ?? []) : []
        if (parts.length !== 1) throw refuse(scope, 'an object file', location)
        options.text = stringOf(parts[0])
        options.location = location
        break
      }
      case 'volatility':
        options.volatility = VOLATILITIES[stringOf(arg)] ?? 'v'
        break
      case 'strict':
        options.strict = booleanOf(arg)
        break
      case 'cost':
      case 'rows':
        options.planning[defname] = positive(defname, arg)
        break
      case 'parallel':
        options.planning.parallel = parallelOf(stringOf(arg))
        break
      case 'leakproof':
        options.planning.leakproof = booleanOf(arg)
        break
      case 'security':
        options.asOwner = booleanOf(arg)
        break
      case 'set':
        options.settings.push(settingOf(scope, arg))
        break
      default:
        throw refuse(scope, `${defname} of a function`, location)
    }
  }
  return options
}

const FUNCTION_SETTINGS: ReadonlySet<string> = new Set([
  'search_path',
  'timezone',
  'datestyle',
  'intervalstyle',
  'extra_float_digits',
  'bytea_output',
  'client_min_messages',
  'work_mem',
  'statement_timeout',
  'lock_timeout',
])

/** SET and RESET, as a function has them. */
const settingOf = (scope: Scope, arg: Ast.Node | undefined): SettingChange => {
  const change = arg !== undefined && 'VariableSetStmt' in arg ? settingChange(arg.VariableSetStmt) : undefined
  if (change === undefined) throw refuse(scope, 'this SET of a function')
  const { name, value } = change
  if (value !== undefined && !FUNCTION_SETTINGS.has(name ?? '')) throw refuse(scope, `SET ${name} of a function`)
  return change
}
