/** The patterns of to_char(), to_date(), to_timestamp() and to_number(): keywords, quoted text, plain characters. After parse_format in formatting.c. */

export type FormatNode =
  | {
      readonly kind: 'keyword'
      readonly word: string
      readonly fill: boolean
      readonly ordinal: 'TH' | 'th' | undefined
    }
  | {
      readonly kind: 'text'
      readonly text: string
      /** Between double quotes. */
      readonly quoted: boolean
    }

const longestFirst = (words: readonly string[]): string[] => words.toSorted((a, b) => b.length - a.length)

const DATE_WORDS = [
  ...['A.D.', 'A.M.', 'AD', 'AM', 'B.C.', 'BC', 'CC', 'DAY', 'DDD', 'DD', 'DY', 'D', 'FF1', 'FF2', 'FF3', 'FF4'],
  ...['FF5', 'FF6', 'FX', 'HH24', 'HH12', 'HH', 'IDDD', 'ID', 'IW', 'IYYY', 'IYY', 'IY', 'I', 'J', 'MI', 'MM'],
  ...['MONTH', 'MON', 'MS', 'OF', 'P.M.', 'PM', 'Q', 'RM', 'SSSSS', 'SSSS', 'SS', 'TZH', 'TZM', 'TZ', 'US', 'WW'],
  ...['W', 'Y,YYY', 'YYYY', 'YYY', 'YY', 'Y'],
]

/** Words are known in capitals and in small letters, names of days and months also with a first capital. */
const DATE_KEYWORDS = longestFirst([
  ...DATE_WORDS,
  ...DATE_WORDS.map((word) => word.toLowerCase()),
  ...['Day', 'Dy', 'Month', 'Mon'],
])

const NUMBER_WORDS = ['B', 'C', 'D', 'EEEE', 'FM', 'G', 'L', 'MI', 'PL', 'PR', 'RN', 'SG', 'SP', 'S', 'TH', 'V']
const NUMBER_KEYWORDS = longestFirst([
  ...[',', '.', '0', '9'],
  ...NUMBER_WORDS,
  ...NUMBER_WORDS.map((word) => word.toLowerCase()),
])

const parse = (format: string, keywords: readonly string[], isDate: boolean): FormatNode[] => {
  const nodes: FormatNode[] = []
  let at = 0
  const startsWith = (word: string): boolean => format.startsWith(word, at)
  while (at < format.length) {
    let fill = false
    if (isDate && (startsWith('FM') || startsWith('fm'))) {
      fill = true
      at += 2
    } else if (isDate && (startsWith('TM') || startsWith('tm'))) {
      // Localized names are those of the C locale, which are not padded.
      fill = true
      at += 2
    }
    const word = keywords.find(startsWith)
    if (word !== undefined) {
      at += word.length
      let ordinal: 'TH' | 'th' | undefined
      if (isDate && (startsWith('TH') || startsWith('th'))) {
        ordinal = format.slice(at, at + 2) as 'TH' | 'th'
        at += 2
      } else if (isDate && (startsWith('SP') || startsWith('sp'))) at += 2
      nodes.push({ kind: 'keyword', word, fill, ordinal })
    } else if (at < format.length) {
      if (format[at] === '"') {
        at++
        while (at < format.length && format[at] !== '"') {
          if (format[at] === '\\' && at + 1 < format.length) at++
          const character = String.fromCodePoint(format.codePointAt(at) ?? 0)
          nodes.push({ kind: 'text', text: character, quoted: true })
          at += character.length
        }
        at++
      } else {
        if (format[at] === '\\' && format[at + 1] === '"') at++
        const character = String.fromCodePoint(format.codePointAt(at) ?? 0)
        nodes.push({ kind: 'text', text: character, quoted: false })
        at += character.length
      }
    }
  }
  return nodes
}

export const parseDateFormat = (format: string): FormatNode[] => parse(format, DATE_KEYWORDS, true)
export const parseNumberFormat = (format: string): FormatNode[] => parse(format, NUMBER_KEYWORDS, false)

/** st, nd, rd or th, by the last digits (get_th). */
export const ordinalEnding = (number: string, capitals: boolean): string => {
  const last = number.at(-2) === '1' && number.length > 1 ? '0' : number.at(-1)
  const ending = { 1: 'st', 2: 'nd', 3: 'rd' }[last ?? ''] ?? 'th'
  return capitals ? ending.toUpperCase() : ending
}
