/** A text with dates, times or an interval, split into fields by what their letters look like (ParseDateTime). */

export interface Field {
  /** `zone`: a sign and digits, which may be a number as well; `date`: also the name of a zone with punctuation. */
  readonly kind: 'number' | 'string' | 'date' | 'time' | 'zone' | 'special'
  /** In small letters. */
  readonly text: string
}

/** More fields than this are in no valid text (MAXDATEFIELDS). */
const MOST_FIELDS = 25

/** What a number goes on with: a time, a date, or nothing more. */
const numberField = (rest: string): [kind: Field['kind'], length: number] => {
  const digits = /^\d+/.exec(rest)?.[0].length ?? 0
  const behind = rest.slice(digits)
  if (behind.startsWith(':')) return ['time', digits + (/^:[\d:.]*/.exec(behind)?.[0].length ?? 0)]
  const [delimiter = ''] = behind
  if (!/[-/.]/.test(delimiter)) return ['number', digits]
  const pattern = delimiter === '.' ? '\\.' : delimiter
  const second = new RegExp(`^${pattern}\\d+`).exec(behind)?.[0].length
  if (second === undefined)
    return ['date', digits + (new RegExp(`^${pattern}(?:[a-z\\d]|${pattern})*`).exec(behind)?.[0].length ?? 0)]
  const third = new RegExp(`^${pattern}(?:\\d|${pattern})*`).exec(behind.slice(second))?.[0].length
  if (third !== undefined) return ['date', digits + second + third]
  return [delimiter === '.' ? 'number' : 'date', digits + second]
}

/** What a word goes on with: it is a part of a date or of a zone's name where punctuation follows. */
const wordField = (rest: string, isKnown: (word: string) => boolean): [kind: Field['kind'], length: number] => {
  const word = /^[a-z]+/.exec(rest)?.[0] ?? ''
  const next = rest[word.length] ?? ''
  if (!/[-/.]/.test(next) && !(/[+\d]/.test(next) && !isKnown(word))) return ['string', word.length]
  return ['date', /^[a-z]+.[-+/_.:a-z\d]*/.exec(rest)?.[0].length ?? word.length]
}

/**
 * @param isKnown whether a word stands for itself before a digit
 * @param size bytes that the fields may take together, one more for each
 * @returns nothing for what has no such fields
 */
export const fieldsIn = (
  text: string,
  isKnown: (word: string) => boolean,
  size: number,
): readonly Field[] | undefined => {
  const fields: Field[] = []
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  let left = size
  for (let at = 0; at < lower.length; ) {
    const rest = lower.slice(at)
    const [first = ''] = rest
    let found: [kind: Field['kind'], length: number] | undefined
    let shown: string | undefined
    if (/\d/.test(first)) found = numberField(rest)
    else if (first === '.') found = ['number', /^\.\d*/.exec(rest)?.[0].length ?? 1]
    else if (/[a-z]/.test(first)) found = wordField(rest, isKnown)
    else if (/[-+]/.test(first)) {
      const [all = '', sign = '', body = ''] = /^([-+])\s*(\d[\d:.-]*|[a-z]+)/.exec(rest) ?? []
      if (all !== '') found = [/^\d/.test(body) ? 'zone' : 'special', all.length]
      shown = sign + body
    } else if (/[\s!-~]/.test(first) && first < '\x7f') {
      // Other punctuation only parts what there is.
      at++
      continue
    }
    if (found === undefined || fields.length >= MOST_FIELDS) return undefined
    const [kind, length] = found
    const field = { kind, text: shown ?? rest.slice(0, length) }
    left -= field.text.length + 1
    if (left < 0) return undefined
    fields.push(field)
    at += length
  }
  return fields
}
