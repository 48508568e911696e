/**
 * jsonpath: the tree of a path, and how PostgreSQL writes it; stored as that text. Manual: "The SQL/JSON Path Language";
 * after jsonpath.c.
 */
import { quoteJson } from './json.ts'

export type Comparison = '==' | '!=' | '<' | '>' | '<=' | '>='
export type Arithmetic = '+' | '-' | '*' | '/' | '%'

export const METHODS = [
  ...(['abs', 'size', 'type', 'floor', 'double', 'ceiling', 'keyvalue', 'bigint', 'boolean', 'integer'] as const),
  ...(['number', 'string'] as const),
] as const
/** What makes a moment of a string; all but the first two take a precision. */
const MOMENT_METHODS = ['datetime', 'date', 'time', 'time_tz', 'timestamp', 'timestamp_tz'] as const
type MomentMethod = (typeof MOMENT_METHODS)[number]
export const isMomentMethod = (name: string): name is MomentMethod =>
  (MOMENT_METHODS as readonly string[]).includes(name)
export type Method = (typeof METHODS)[number] | MomentMethod | 'decimal'

type Item =
  | { readonly kind: 'null' | 'root' | 'current' | 'last' | 'anyArray' | 'anyKey' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'number' | 'string' | 'variable' | 'key'; readonly value: string }
  | { readonly kind: 'and' | 'or' | 'startsWith'; readonly left: Path; readonly right: Path }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Path; readonly right: Path }
  | { readonly kind: 'arithmetic'; readonly operator: Arithmetic; readonly left: Path; readonly right: Path }
  | { readonly kind: 'plus' | 'minus'; readonly arg: Path }
  | { readonly kind: 'not' | 'unknown' | 'exists' | 'filter'; readonly arg: Path }
  | { readonly kind: 'regex'; readonly left: Path; readonly pattern: string; readonly flags: string }
  | { readonly kind: 'index'; readonly subscripts: readonly { readonly from: Path; readonly to?: Path }[] }
  /** `**`: levels from and to, the last one being undefined. */
  | { readonly kind: 'any'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'method'; readonly name: Method; readonly args: readonly number[] }

/** An item of a path, and what is asked of what it yields. */
export type Path = Item & { readonly next?: Path | undefined }

export interface JsonPath {
  readonly strict: boolean
  readonly root: Path
}

const priority = ({ kind, operator }: { readonly kind: Path['kind']; readonly operator?: string }): number => {
  switch (kind) {
    case 'or':
      return 0
    case 'and':
      return 1
    case 'compare':
    case 'startsWith':
      return 2
    case 'arithmetic':
      return operator === '+' || operator === '-' ? 3 : 4
    case 'plus':
    case 'minus':
      return 5
    default:
      return 6
  }
}

const FLAG_ORDER = 'ismxq'

const levels = (from: number | undefined, to: number | undefined): string => {
  if (from === 0 && to === undefined) return '**'
  const [first, last] = [from ?? 'last', to ?? 'last']
  return first === last ? `**{${first}}` : `**{${first} to ${last}}`
}

/** printJsonPathItem. @param inKey the item follows another */
const print = (path: Path, inKey: boolean, brackets: boolean): string => {
  const operand = (arg: Path): string => print(arg, false, priority(arg) <= priority(path))
  const wrapped = (text: string): string => (brackets ? `(${text})` : text)
  const binary = (left: Path, operator: string, right: Path): string =>
    wrapped(`${operand(left)} ${operator} ${operand(right)}`)
  const dot = inKey ? '.' : ''
  const own = (): string => {
    switch (path.kind) {
      case 'null':
        return 'null'
      case 'root':
        return '$'
      case 'current':
        return '@'
      case 'last':
        return 'last'
      case 'anyArray':
        return '[*]'
      case 'anyKey':
        return `${dot}*`
      case 'bool':
        return String(path.value)
      case 'number':
        return path.next === undefined ? path.value : `(${path.value})`
      case 'string':
        return quoteJson(path.value)
      case 'variable':
        return `$${quoteJson(path.value)}`
      case 'key':
        return `${dot}${quoteJson(path.value)}`
      case 'and':
        return binary(path.left, '&&', path.right)
      case 'or':
        return binary(path.left, '||', path.right)
      case 'startsWith':
        return binary(path.left, 'starts with', path.right)
      case 'compare':
      case 'arithmetic':
        return binary(path.left, path.operator, path.right)
      case 'plus':
        return wrapped(`+${operand(path.arg)}`)
      case 'minus':
        return wrapped(`-${operand(path.arg)}`)
      case 'not':
        return `!(${print(path.arg, false, false)})`
      case 'unknown':
        return `(${print(path.arg, false, false)}) is unknown`
      case 'exists':
        return `exists (${print(path.arg, false, false)})`
      case 'filter':
        return `?(${print(path.arg, false, false)})`
      case 'regex': {
        const flags = [...FLAG_ORDER].filter((flag) => path.flags.includes(flag)).join('')
        const behind = flags === '' ? '' : ` flag "${flags}"`
        return wrapped(`${operand(path.left)} like_regex ${quoteJson(path.pattern)}${behind}`)
      }
      case 'index':
        return `[${path.subscripts
          .map(({ from, to }) => print(from, false, false) + (to === undefined ? '' : ` to ${print(to, false, false)}`))
          .join(',')}]`
      case 'any':
        return `${dot}${levels(path.from, path.to)}`
      case 'method':
        return `.${path.name}(${path.args.join(',')})`
      default:
        return path satisfies never
    }
  }
  return own() + (path.next === undefined ? '' : print(path.next, true, true))
}

/** jsonpath_out. */
export const formatPath = ({ strict, root }: JsonPath): string =>
  `${strict ? 'strict ' : ''}${print(root, false, true)}`
