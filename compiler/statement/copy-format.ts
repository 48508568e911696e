/** The options of COPY. Manual: "COPY", "Parameters"; after ProcessCopyOptions (copy.c). */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { errorAt, refuse, type Scope } from '../bind/scope.ts'
import type { CopyFormat } from '../plan.ts'
import { INT8, integerIn } from '../types/integer.ts'

type Option = Ast.DefElem

/** An option's text (defGetString). @throws PgError 42601 */
const textOf = ({ defname, arg }: Option): string => {
  if (arg === undefined) throw new PgError('42601', `${defname} requires a parameter`)
  if ('String' in arg) return arg.String.sval ?? ''
  if ('Boolean' in arg) return String(arg.Boolean.boolval ?? false)
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0)
  if ('Float' in arg) return arg.Float.fval ?? ''
  return '*'
}

/** @returns undefined for what is neither (defGetBoolean) */
const truthOf = (option: Option): boolean | undefined => {
  if (option.arg === undefined) return true
  const text = textOf(option).toLowerCase()
  if ('Integer' in option.arg) return text === '1' ? true : text === '0' ? false : undefined
  return text === 'true' || text === 'on' ? true : text === 'false' || text === 'off' ? false : undefined
}

/** @throws PgError 42601, 0A000 */
const headerOf = (option: Option, isFrom: boolean): boolean | 'match' => {
  const truth = truthOf(option)
  if (truth !== undefined) return truth
  if (textOf(option).toLowerCase() !== 'match')
    throw new PgError('42601', `${option.defname} requires a Boolean value or "match"`)
  if (!isFrom) throw new PgError('0A000', 'cannot use "match" with HEADER in COPY TO')
  return 'match'
}

/** @throws PgError 22023 */
const columnsOf = (scope: Scope, { defname, arg, location }: Option): readonly string[] | 'all' => {
  if (arg !== undefined && 'A_Star' in arg) return 'all'
  if (arg === undefined || !('List' in arg))
    throw errorAt(scope, location, '22023', `argument to option "${defname}" must be a list of column names`)
  return (arg.List.items ?? []).map((item) => ('String' in item ? (item.String.sval ?? '') : ''))
}

/** One of some words. @throws PgError 22023 */
const choiceOf = <Choice extends string>(scope: Scope, option: Option, choices: readonly Choice[]): Choice => {
  const text = textOf(option)
  const choice = choices.find((each) => each === text.toLowerCase())
  if (choice !== undefined) return choice
  throw errorAt(scope, option.location, '22023', `COPY ${option.defname?.toUpperCase()} "${text}" not recognized`)
}

/** @throws PgError 42601, 22023, 22P02 */
const rejectLimitOf = (option: Option): number => {
  if (option.arg === undefined) throw new PgError('42601', `${option.defname} requires a numeric value`)
  const limit = Number(integerIn(INT8, textOf(option)))
  if (limit <= 0) throw new PgError('22023', `REJECT_LIMIT (${limit}) must be greater than zero`)
  return limit
}

/** Those that have been given; what has not is undefined. */
type Given = { -readonly [Key in keyof CopyFormat]?: CopyFormat[Key] }

const READERS: Readonly<Record<string, (given: Given, option: Option, scope: Scope, isFrom: boolean) => void>> = {
  format: (given, option, scope) => {
    const text = textOf(option)
    if (text !== 'text' && text !== 'csv' && text !== 'binary')
      throw errorAt(scope, option.location, '22023', `COPY format "${text}" not recognized`)
    given.kind = text
  },
  freeze: (given, option) => {
    const truth = truthOf(option)
    if (truth === undefined) throw new PgError('42601', `${option.defname} requires a Boolean value`)
    given.freeze = truth
  },
  delimiter: (given, option) => {
    given.delimiter = textOf(option)
  },
  null: (given, option) => {
    given.null = textOf(option)
  },
  default: (given, option) => {
    given.default = textOf(option)
  },
  header: (given, option, _scope, isFrom) => {
    given.header = headerOf(option, isFrom)
  },
  quote: (given, option) => {
    given.quote = textOf(option)
  },
  escape: (given, option) => {
    given.escape = textOf(option)
  },
  force_quote: (given, option, scope) => {
    given.forceQuote = columnsOf(scope, option)
  },
  force_not_null: (given, option, scope) => {
    given.forceNotNull = columnsOf(scope, option)
  },
  force_null: (given, option, scope) => {
    given.forceNull = columnsOf(scope, option)
  },
  encoding: (_given, option, scope) => {
    const name = textOf(option)
    if (!/^utf-?8$/i.test(name)) throw refuse(scope, `the encoding ${name} of COPY`, option.location)
  },
  on_error: (given, option, scope, isFrom) => {
    if (!isFrom) throw errorAt(scope, option.location, '22023', 'COPY ON_ERROR cannot be used with COPY TO')
    given.onError = choiceOf(scope, option, ['stop', 'ignore'])
  },
  log_verbosity: (given, option, scope) => {
    given.verbosity = choiceOf(scope, option, ['silent', 'default', 'verbose'])
  },
  reject_limit: (given, option) => {
    given.rejectLimit = rejectLimitOf(option)
  },
}

/** @throws PgError 42601, 0A000, 22023 */
export const copyFormat = (scope: Scope, options: readonly Ast.Node[], isFrom: boolean): CopyFormat => {
  const given: Given = {}
  const seen = new Set<string>()
  for (const node of options) {
    if (!('DefElem' in node)) continue
    const { defname = '', location } = node.DefElem
    const read = READERS[defname]
    if (read === undefined) throw errorAt(scope, location, '42601', `option "${defname}" not recognized`)
    if (seen.has(defname)) throw errorAt(scope, location, '42601', 'conflicting or redundant options')
    seen.add(defname)
    read(given, node.DefElem, scope, isFrom)
  }
  const kind = given.kind ?? 'text'
  if (kind === 'binary')
    for (const name of ['delimiter', 'null', 'default'] as const)
      if (given[name] !== undefined) throw new PgError('42601', `cannot specify ${name.toUpperCase()} in BINARY mode`)
  const isCsv = kind === 'csv'
  const quote = given.quote ?? '"'
  const format: CopyFormat = {
    delimiter: isCsv ? ',' : '\t',
    null: isCsv ? '' : '\\N',
    header: false,
    ...given,
    kind,
    quote,
    escape: given.escape ?? quote,
  }
  checkTexts(format)
  checkQuotes(format, given, isFrom)
  checkMarkers(format, isFrom)
  if (kind === 'binary' && given.onError === 'ignore')
    throw new PgError('42601', 'only ON_ERROR STOP is allowed in BINARY mode')
  if (given.rejectLimit !== undefined && given.onError !== 'ignore')
    throw new PgError('22023', 'COPY REJECT_LIMIT requires ON_ERROR to be set to IGNORE')
  return format
}

const SINGLE = 'must be a single one-byte character'
const isSingle = (text: string): boolean => /^[\0-\x7f]$/.test(text)
const hasLineEnd = (text: string): boolean => /[\r\n]/.test(text)

/** @throws PgError 0A000, 22023 */
const checkTexts = ({ kind, delimiter, null: none, default: usual = '', header }: CopyFormat): void => {
  if (!isSingle(delimiter)) throw new PgError('0A000', `COPY delimiter ${SINGLE}`)
  if (hasLineEnd(delimiter)) throw new PgError('22023', 'COPY delimiter cannot be newline or carriage return')
  if (hasLineEnd(none)) throw new PgError('22023', 'COPY null representation cannot use newline or carriage return')
  if (hasLineEnd(usual)) throw new PgError('22023', 'COPY default representation cannot use newline or carriage return')
  if (kind !== 'csv' && /^[\\.a-z0-9]$/.test(delimiter))
    throw new PgError('22023', `COPY delimiter cannot be "${delimiter}"`)
  if (kind === 'binary' && header !== false) throw new PgError('0A000', 'cannot specify HEADER in BINARY mode')
}

/** @throws PgError 0A000, 22023 */
const checkQuotes = ({ kind, delimiter, quote, escape: escaping }: CopyFormat, given: Given, isFrom: boolean): void => {
  const isCsv = kind === 'csv'
  const requireCsv = (value: unknown, name: string): void => {
    if (!isCsv && value !== undefined) throw new PgError('0A000', `COPY ${name} requires CSV mode`)
  }
  requireCsv(given.quote, 'QUOTE')
  if (isCsv && !isSingle(quote)) throw new PgError('0A000', `COPY quote ${SINGLE}`)
  if (isCsv && delimiter === quote) throw new PgError('22023', 'COPY delimiter and quote must be different')
  requireCsv(given.escape, 'ESCAPE')
  if (isCsv && !isSingle(escaping)) throw new PgError('0A000', `COPY escape ${SINGLE}`)
  requireCsv(given.forceQuote, 'FORCE_QUOTE')
  if (given.forceQuote !== undefined && isFrom)
    throw new PgError('0A000', 'COPY FORCE_QUOTE cannot be used with COPY FROM')
  for (const [name, value] of [
    ['FORCE_NOT_NULL', given.forceNotNull],
    ['FORCE_NULL', given.forceNull],
  ] as const) {
    requireCsv(value, name)
    if (value !== undefined && !isFrom) throw new PgError('22023', `COPY ${name} cannot be used with COPY TO`)
  }
}

/** @throws PgError 0A000, 22023 */
const checkMarkers = (format: CopyFormat, isFrom: boolean): void => {
  const { kind, delimiter, quote, null: none, default: usual, freeze = false } = format
  const both = (code: string, what: string, text: string): void => {
    if (text.includes(delimiter))
      throw new PgError(code, `COPY delimiter character must not appear in the ${what} specification`)
    if (kind === 'csv' && text.includes(quote))
      throw new PgError(code, `CSV quote character must not appear in the ${what} specification`)
  }
  both('22023', 'NULL', none)
  if (freeze && !isFrom) throw new PgError('0A000', 'COPY FREEZE cannot be used with COPY TO')
  if (usual === undefined) return
  if (!isFrom) throw new PgError('0A000', 'COPY DEFAULT cannot be used with COPY TO')
  both('0A000', 'DEFAULT', usual)
  if (usual === none) throw new PgError('0A000', 'NULL specification and DEFAULT specification cannot be the same')
}
