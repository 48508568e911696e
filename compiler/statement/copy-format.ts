/** The options of COPY. Manual: "COPY", "Parameters"; after ProcessCopyOptions (copy.c). */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { errorAt, refuse, type Scope } from '../bind/scope.ts'
import type { CopyFormat } from '../plan.ts'

const KNOWN = ['format', 'delimiter', 'null', 'header', 'quote', 'escape', 'freeze', 'encoding']

/** What COPY FROM alone takes, as PostgreSQL calls it. */
const ONE_WAY: Readonly<Record<string, string>> = {
  default: 'DEFAULT',
  force_not_null: 'FORCE_NOT_NULL',
  force_null: 'FORCE_NULL',
  on_error: 'ON_ERROR',
  reject_limit: 'REJECT_LIMIT',
}

const optionText = (node: Ast.Node | undefined): string | undefined => {
  if (node === undefined) return 'true'
  if ('String' in node) return node.String.sval ?? ''
  if ('Boolean' in node) return String(node.Boolean.boolval ?? false)
  if ('Integer' in node) return String(node.Integer.ival ?? 0)
  return undefined
}

const isTrue = (text: string | undefined): boolean => ['true', 'on', '1'].includes((text ?? '').toLowerCase())

/** @throws PgError 42601, 0A000, 22023 */
export const copyFormat = (scope: Scope, options: readonly Ast.Node[], isFrom: boolean): CopyFormat => {
  const given = new Map<string, string | undefined>()
  let forced: Ast.Node | undefined
  let formatAt: number | undefined
  for (const option of options) {
    if (!('DefElem' in option)) continue
    const { defname = '', arg, location } = option.DefElem
    if (given.has(defname)) throw errorAt(scope, location, '42601', 'conflicting or redundant options')
    const only = ONE_WAY[defname]
    if (only !== undefined && !isFrom) throw new PgError('0A000', `COPY ${only} cannot be used with COPY TO`)
    if (defname === 'force_quote' && !isFrom) forced = arg
    else if (!KNOWN.includes(defname)) throw refuse(scope, `${defname} of COPY`, location)
    if (defname === 'format') formatAt = location
    given.set(defname, optionText(arg))
  }
  const encoding = given.get('encoding')
  if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) throw refuse(scope, `the encoding ${encoding} of COPY`)
  const kind = given.get('format') ?? 'text'
  if (kind !== 'text' && kind !== 'csv' && kind !== 'binary')
    throw errorAt(scope, formatAt, '22023', `COPY format "${kind}" not recognized`)
  const csv = kind === 'csv'
  if (kind === 'binary') requireBinary(given)
  if (!csv && (given.has('quote') || given.has('escape') || given.has('force_quote')))
    throw refuse(scope, 'quotes in COPY text')
  const header = given.get('header')
  if (header?.toLowerCase() === 'match')
    throw isFrom
      ? refuse(scope, 'HEADER MATCH of COPY')
      : new PgError('0A000', 'cannot use "match" with HEADER in COPY TO')
  const isFreezing = isTrue(given.get('freeze'))
  if (isFreezing && !isFrom) throw new PgError('0A000', 'COPY FREEZE cannot be used with COPY TO')
  const format: CopyFormat = {
    kind,
    delimiter: given.get('delimiter') ?? (csv ? ',' : '\t'),
    null: given.get('null') ?? (csv ? '' : '\\N'),
    header: isTrue(header),
    quote: given.get('quote') ?? '"',
    escape: given.get('escape') ?? given.get('quote') ?? '"',
    ...(isFreezing ? { freeze: true } : {}),
    ...(forced === undefined ? {} : { forceQuote: forcedColumns(forced) }),
  }
  if (format.delimiter.length !== 1) throw new PgError('0A000', 'COPY delimiter must be a single one-byte character')
  return format
}

/** What says how text is written says nothing about the binary format. @throws PgError 42601, 0A000 */
const requireBinary = (given: ReadonlyMap<string, string | undefined>): void => {
  for (const name of ['delimiter', 'null', 'default'])
    if (given.has(name)) throw new PgError('42601', `cannot specify ${name.toUpperCase()} in BINARY mode`)
  if (isTrue(given.get('header'))) throw new PgError('0A000', 'cannot specify HEADER in BINARY mode')
}

/** The columns of FORCE_QUOTE; all of them for a star. */
const forcedColumns = (node: Ast.Node): readonly string[] | 'all' =>
  'List' in node ? (node.List.items ?? []).map((item) => ('String' in item ? (item.String.sval ?? '') : '')) : 'all'
