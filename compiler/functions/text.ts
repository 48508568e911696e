/** Strings. Manual: "String Functions and Operators", "Binary String Functions and Operators"; after varlena.c. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { utf8 } from '../../wire/protocol/utf8.ts'
import { OID } from '../catalog/oid.ts'
import { NotComputable } from '../evaluate/not-computable.ts'
import { hashBytes } from '../partition/hash.ts'
import { compileRegex, excerpt } from '../regex/regex.ts'
import type { Value } from '../tree/value.ts'
import { codecOf, loadElements } from '../types/codec.ts'
import type { Hashes } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { quoteLiteral } from '../types/literal.ts'
import {
  characters,
  charIn,
  compareText,
  decodeHex,
  fromEscaped,
  limitLength,
  padTo,
  toHex,
  truncateName,
} from '../types/text.ts'
import { fromBase64 } from './base64.ts'
import { format } from './format.ts'
import { bool, type Call, type Scalar, type Scalars } from './implementation.ts'
import { escapeLike, matchesLike } from './like.ts'
import { replaceMatches } from './regexp.ts'
import { fromUnicodeEscapes } from './unicode-escape.ts'

const encoder = new TextEncoder()

/** Simple case mapping: characters that become several stay as they are. */
const mapCase = (text: string, change: (character: string) => string): string => {
  let result = ''
  for (const character of text) {
    const changed = change(character)
    result += characters(changed) === 1 ? changed : character
  }
  return result
}
export const lowerCase = (text: string): string => mapCase(text, (it) => it.toLowerCase())
export const upperCase = (text: string): string => mapCase(text, (it) => it.toUpperCase())

const initialCase = (text: string): string => {
  let inWord = false
  let result = ''
  for (const character of text) {
    result += inWord ? lowerCase(character) : upperCase(character)
    inWord = /[\p{L}\p{N}]/u.test(character)
  }
  return result
}

const trim = (text: string, set: string, start: boolean, end: boolean): string => {
  const all = Array.from(text)
  const members = new Set(Array.from(set))
  let [from, to] = [0, all.length]
  while (start && from < to && members.has(all[from] ?? '')) from++
  while (end && to > from && members.has(all[to - 1] ?? '')) to--
  return all.slice(from, to).join('')
}

const negativeLength = (): PgError => new PgError('22011', 'negative substring length not allowed')

const substring = (text: string, start: bigint, length?: bigint): string => {
  const all = Array.from(text)
  const first = Number(start)
  if (length === undefined) return all.slice(Math.max(0, first - 1)).join('')
  if (length < 0n) throw negativeLength()
  const end = first + Number(length)
  return all.slice(Math.max(0, first - 1), Math.max(0, end - 1)).join('')
}

const substringBytes = (bytes: Uint8Array, start: bigint, length?: bigint): Uint8Array => {
  const first = Number(start)
  if (length === undefined) return bytes.slice(Math.max(0, first - 1))
  if (length < 0n) throw negativeLength()
  return bytes.slice(Math.max(0, first - 1), Math.max(0, first + Number(length) - 1))
}

const position = (text: string, part: string): bigint => {
  const at = text.indexOf(part)
  return at < 0 ? 0n : BigInt(characters(text.slice(0, at)) + 1)
}

const MAX_SIZE = 1_073_741_819

const repeat = (text: string, count: bigint): string => {
  if (count <= 0n) return ''
  if (BigInt(encoder.encode(text).length) * count > BigInt(MAX_SIZE))
    throw new PgError('54000', 'requested length too large')
  return text.repeat(Number(count))
}

const pad = (text: string, length: bigint, fill: string, left: boolean): string => {
  const wanted = Math.max(0, Number(length))
  if (wanted * 4 > MAX_SIZE) throw new PgError('54000', 'requested length too large')
  const all = Array.from(text)
  if (all.length >= wanted) return all.slice(0, wanted).join('')
  const symbols = Array.from(fill)
  if (symbols.length === 0) return text
  let padding = ''
  for (let at = 0; at < wanted - all.length; at++) padding += symbols[at % symbols.length]
  return left ? padding + text : text + padding
}

const splitPart = (text: string, delimiter: string, field: bigint): string => {
  if (field === 0n) throw new PgError('22023', 'field position must not be zero')
  const parts = delimiter === '' ? [text] : text.split(delimiter)
  if (text === '') return ''
  const at = field > 0n ? Number(field) - 1 : parts.length + Number(field)
  return parts[at] ?? ''
}

const translate = (text: string, from: string, to: string): string => {
  const [sources, targets] = [Array.from(from), Array.from(to)]
  let result = ''
  for (const character of text) {
    const at = sources.indexOf(character)
    result += at < 0 ? character : (targets[at] ?? '')
  }
  return result
}

const chr = (code: bigint): string => {
  if (code === 0n) throw new PgError('54000', 'null character not permitted')
  if (code < 0n) throw new PgError('54000', 'character number must be positive')
  if (code > 0x10ffffn || (code >= 0xd800n && code <= 0xdfffn))
    throw new PgError(
      '54000',
      code > 0x10ffffn
        ? `requested character too large for encoding: ${code}`
        : `requested character not valid for encoding: ${code}`,
    )
  return String.fromCodePoint(Number(code))
}

/** A value as text, as its type's output function writes it. */
export const textOf = (call: Call, value: Value, type: number): string => codecOf(call, type).output(value, call)

/** bool is t and f in concat and format, as its output function has it. */
const concat = function (this: Call, ...values: Value[]): string {
  return values.map((value, at) => (value === null ? '' : textOf(this, value, this.args[at] ?? OID.text))).join('')
} satisfies Scalar

const concatWs = function (this: Call, separator: Value, ...values: Value[]): Value {
  if (separator === null) return null
  return values
    .flatMap((value, at) => (value === null ? [] : [textOf(this, value, this.args[at + 1] ?? OID.text)]))
    .join(String(separator))
} satisfies Scalar

const base64 = (bytes: Uint8Array): string => {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return (btoa(binary).match(/.{1,76}/g) ?? []).join('\n')
}

const encode = (bytes: Uint8Array, name: string): string => {
  switch (name.toLowerCase()) {
    case 'hex':
      return toHex(bytes)
    case 'base64':
      return base64(bytes)
    case 'escape': {
      let text = ''
      for (const byte of bytes)
        text +=
          byte === 92
            ? '\\\\'
            : byte === 0 || byte > 127
              ? `\\${byte.toString(8).padStart(3, '0')}`
              : String.fromCharCode(byte)
      return text
    }
    default:
      throw new PgError('22023', `unrecognized encoding: "${name}"`)
  }
}

const decode = (text: string, name: string): Uint8Array => {
  switch (name.toLowerCase()) {
    case 'hex':
      return decodeHex(text)
    case 'base64':
      return fromBase64(text)
    case 'escape':
      return fromEscaped(text)
    default:
      throw new PgError('22023', `unrecognized encoding: "${name}"`)
  }
}

const like = (text: string, pattern: string): bigint => bool(matchesLike(text, pattern))
const notLike = (text: string, pattern: string): bigint => bool(!matchesLike(text, pattern))
const ilike = (text: string, pattern: string): bigint => bool(matchesLike(lowerCase(text), lowerCase(pattern)))
const notIlike = (text: string, pattern: string): bigint => bool(!matchesLike(lowerCase(text), lowerCase(pattern)))

const regexMatches = (text: string, pattern: string, flags = ''): boolean => compileRegex(pattern, flags).test(text)

const regexReplace = (text: string, pattern: string, replacement: string, flags = ''): string =>
  replaceMatches(text, pattern, replacement, 1n, flags.includes('g') ? 0n : 1n, flags)

/** substring(text from pattern): the first group, or the whole match. */
const regexSubstring = (text: string, pattern: string): Value => {
  const match = compileRegex(pattern).find(text, 0)
  return excerpt(text, match?.length === 1 ? match[0] : match?.[1]) ?? null
}

const compare = compareText

const reversed = (text: string): string => Array.from(text).reverse().join('')

const overlay = (text: string, part: string, start: bigint, length: bigint): string => {
  if (start <= 0n) throw negativeLength()
  return substring(text, 1n, start - 1n) + part + substring(text, start + length)
}

/** What the cast to text gives, where that is not what the type's output function does. */
const castToText = (call: Call, value: Value): string => {
  const [type = OID.text] = call.args
  const base = call.catalog.baseType(type)
  if (base === OID.bool) return value === 1n ? 'true' : 'false'
  if (base === OID.inet) throw unsupported('quoting of network addresses')
  const text = textOf(call, value, type)
  return base === OID.bpchar ? text.replace(/ +$/, '') : text
}

/** @throws PgError 22023 */
const formOf = (form: string): string => {
  if (!/^nfk?[cd]$/i.test(form)) throw new PgError('22023', `invalid normalization form: ${form}`)
  return form.toUpperCase()
}

const TEXT: Scalars = {
  textcat: (a: string, b: string) => a + b,
  textanycat: function (this: Call, a: string, b: Value) {
    return a + textOf(this, b, this.args[1] ?? OID.text)
  },
  anytextcat: function (this: Call, a: Value, b: string) {
    return textOf(this, a, this.args[0] ?? OID.text) + b
  },
  texteq: (a: string, b: string) => bool(a === b),
  textne: (a: string, b: string) => bool(a !== b),
  text_lt: (a: string, b: string) => bool(compare(a, b) < 0),
  text_le: (a: string, b: string) => bool(compare(a, b) <= 0),
  text_gt: (a: string, b: string) => bool(compare(a, b) > 0),
  text_ge: (a: string, b: string) => bool(compare(a, b) >= 0),
  nameeq: (a: string, b: string) => bool(a === b),
  namene: (a: string, b: string) => bool(a !== b),
  text_larger: (a: string, b: string) => (compare(a, b) > 0 ? a : b),
  text_smaller: (a: string, b: string) => (compare(a, b) < 0 ? a : b),
  bttextcmp: (a: string, b: string) => BigInt(Math.sign(compare(a, b))),
  textlen: (text: string) => BigInt(characters(text)),
  bpcharlen: (text: string) => BigInt(characters(text.replace(/ +$/, ''))),
  textoctetlen: (text: string) => BigInt(encoder.encode(text).length),
  bpcharoctetlen: (text: string) => BigInt(encoder.encode(text).length),
  byteaoctetlen: (bytes: Uint8Array) => BigInt(bytes.length),
  'sql:1811': (text: string) => BigInt(encoder.encode(text).length * 8),
  'sql:1810': (bytes: Uint8Array) => BigInt(bytes.length * 8),
  upper: upperCase,
  lower: lowerCase,
  casefold: lowerCase,
  initcap: initialCase,
  btrim: (text: string, set: string) => trim(text, set, true, true),
  btrim1: (text: string) => trim(text, ' ', true, true),
  ltrim: (text: string, set: string) => trim(text, set, true, false),
  ltrim1: (text: string) => trim(text, ' ', true, false),
  rtrim: (text: string, set: string) => trim(text, set, false, true),
  rtrim1: (text: string) => trim(text, ' ', false, true),
  text_substr: substring,
  text_substr_no_len: (text: string, start: bigint) => substring(text, start),
  bytea_substr: substringBytes,
  bytea_substr_no_len: (bytes: Uint8Array, start: bigint) => substringBytes(bytes, start),
  textpos: position,
  text_left: (text: string, count: bigint) => {
    const all = Array.from(text)
    return all.slice(0, count >= 0n ? Number(count) : Math.max(0, all.length + Number(count))).join('')
  },
  text_right: (text: string, count: bigint) => {
    const all = Array.from(text)
    const from = count >= 0n ? Math.max(0, all.length - Number(count)) : Math.min(all.length, -Number(count))
    return all.slice(from).join('')
  },
  text_reverse: reversed,
  replace_text: (text: string, from: string, to: string) => (from === '' ? text : text.replaceAll(from, () => to)),
  repeat,
  lpad: (text: string, length: bigint, fill: string) => pad(text, length, fill, true),
  rpad: (text: string, length: bigint, fill: string) => pad(text, length, fill, false),
  'sql:879': (text: string, length: bigint) => pad(text, length, ' ', true),
  'sql:880': (text: string, length: bigint) => pad(text, length, ' ', false),
  split_part: splitPart,
  translate,
  ascii: (text: string) => BigInt(text.codePointAt(0) ?? 0),
  chr,
  textoverlay: overlay,
  textoverlay_no_len: (text: string, part: string, start: bigint) =>
    overlay(text, part, start, BigInt(characters(part))),
  text_starts_with: (text: string, part: string) => bool(text.startsWith(part)),
  to_hex32: (value: bigint) => BigInt.asUintN(32, value).toString(16),
  to_hex64: (value: bigint) => BigInt.asUintN(64, value).toString(16),
  to_bin32: (value: bigint) => BigInt.asUintN(32, value).toString(2),
  to_bin64: (value: bigint) => BigInt.asUintN(64, value).toString(2),
  to_oct32: (value: bigint) => BigInt.asUintN(32, value).toString(8),
  to_oct64: (value: bigint) => BigInt.asUintN(64, value).toString(8),
  quote_ident: quoteIdentifier,
  quote_literal: quoteLiteral,
  // quote_literal(anyelement) and quote_nullable(anyelement) are functions in SQL.
  'sql:1285': function (this: Call, value: Value) {
    return quoteLiteral(castToText(this, value))
  },
  'sql:1290': function (this: Call, value: Value) {
    return value === null ? 'NULL' : quoteLiteral(castToText(this, value))
  },
  unicode_normalize_func: (text: string, form: string) => text.normalize(formOf(form)),
  unicode_is_normalized: (text: string, form: string) => bool(text.normalize(formOf(form)) === text),
  quote_nullable: (text: Value) => (text === null ? 'NULL' : quoteLiteral(String(text))),
  text_concat: concat,
  text_concat_ws: concatWs,
  text_format: format,
  text_format_nv: format,
  textlike: like,
  textnlike: notLike,
  texticlike: ilike,
  texticnlike: notIlike,
  namelike: like,
  namenlike: notLike,
  nameiclike: ilike,
  nameicnlike: notIlike,
  like_escape: escapeLike,
  textregexeq: (text: string, pattern: string) => bool(regexMatches(text, pattern)),
  textregexne: (text: string, pattern: string) => bool(!regexMatches(text, pattern)),
  texticregexeq: (text: string, pattern: string) => bool(regexMatches(text, pattern, 'i')),
  texticregexne: (text: string, pattern: string) => bool(!regexMatches(text, pattern, 'i')),
  nameicregexeq: (text: string, pattern: string) => bool(regexMatches(text, pattern, 'i')),
  nameicregexne: (text: string, pattern: string) => bool(!regexMatches(text, pattern, 'i')),
  nameregexeq: (text: string, pattern: string) => bool(regexMatches(text, pattern)),
  nameregexne: (text: string, pattern: string) => bool(!regexMatches(text, pattern)),
  textregexreplace_noopt: (text: string, pattern: string, replacement: string) =>
    regexReplace(text, pattern, replacement),
  textregexreplace: regexReplace,
  textregexsubstr: regexSubstring,
  // substring(text, text, text) is written in SQL.
  regexp_like_no_flags: (text: string, pattern: string) => bool(regexMatches(text, pattern)),
  regexp_like: (text: string, pattern: string, flags: string) => {
    if (flags.includes('g')) throw new PgError('22023', 'regexp_like() does not support the "global" option')
    return bool(regexMatches(text, pattern, flags))
  },
  varchar: (text: string, typmod: bigint, explicit: bigint) =>
    typmod < 4n ? text : limitLength(text, Number(typmod) - 4, explicit === 1n, 'character varying'),
  bpchar: (text: string, typmod: bigint, explicit: bigint) => {
    if (typmod < 4n) return text
    const length = Number(typmod) - 4
    return padTo(limitLength(text, length, explicit === 1n, 'character'), length)
  },
  text_name: truncateName,
  bpchar_name: (text: string) => truncateName(text.replace(/ +$/, '')),
  name_text: (name: string) => name,
  name_bpchar: (name: string) => name,
  text_char: charIn,
  char_text: (char: string) =>
    char === '\0' ? '' : char.charCodeAt(0) > 127 ? `\\${char.charCodeAt(0).toString(8)}` : char,
  char_bpchar: (char: string) => char,
  chartoi4: (char: string) => BigInt.asIntN(8, BigInt(char === '' ? 0 : char.charCodeAt(0))),
  bpcharlike: like,
  bpcharnlike: notLike,
  bpcharicLike: ilike,
  bpcharregexeq: (text: string, pattern: string) => bool(regexMatches(text, pattern)),
  bpcharregexne: (text: string, pattern: string) => bool(!regexMatches(text, pattern)),
  unistr: fromUnicodeEscapes,
}

const bytesOf = (text: string): Uint8Array => encoder.encode(text)

const BYTES: Scalars = {
  hashtext: (text: string) => BigInt.asIntN(32, hashBytes(bytesOf(text), 0n)),
  hashtextextended: (text: string, seed: bigint) =>
    BigInt.asIntN(64, hashBytes(bytesOf(text), BigInt.asUintN(64, seed))),
  md5_text: function (this: Call, text: string) {
    return toHex(hash(this, 'md5', bytesOf(text)))
  },
  md5_bytea: function (this: Call, bytes: Uint8Array) {
    return toHex(hash(this, 'md5', bytes))
  },
  ...Object.fromEntries(
    (['sha224', 'sha256', 'sha384', 'sha512'] as const).map((name) => [
      `${name}_bytea`,
      function (this: Call, bytes: Uint8Array) {
        return hash(this, name, bytes)
      },
    ]),
  ),
  binary_encode: encode,
  binary_decode: decode,
  pg_convert_from: (bytes: Uint8Array, encoding: string) => {
    if (!/^utf-?8$/i.test(encoding)) throw unsupported(`the encoding ${encoding}`)
    return utf8(bytes)
  },
  pg_convert_to: (text: string, encoding: string) => {
    if (!/^utf-?8$/i.test(encoding)) throw unsupported(`the encoding ${encoding}`)
    return bytesOf(text)
  },
  array_to_text: function (this: Call, array: Value, separator: string) {
    return joinArray(this, array, separator, null)
  },
  array_to_text_null: function (this: Call, array: Value, separator: Value, missing: Value) {
    return array === null || separator === null ? null : joinArray(this, array, String(separator), missing)
  },
}

const joinArray = (call: Call, array: Value, separator: string, missing: Value): string => {
  const type = call.args[0] ?? 0
  const element = call.catalog.elementType(call.catalog.baseType(type))
  return loadElements(call, type, array)
    .elements.flatMap((value) =>
      value === null ? (missing === null ? [] : [String(missing)]) : [textOf(call, value, element)],
    )
    .join(separator)
}

/** @throws NotComputable where the host has brought none */
const hash = ({ hashes }: Call, name: keyof Hashes, bytes: Uint8Array): Uint8Array => {
  if (hashes === undefined) throw new NotComputable(name)
  return hashes[name](bytes)
}

export const textFunctions: Scalars = { ...TEXT, ...BYTES }
