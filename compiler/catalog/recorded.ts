/** Tables as they have been recorded from a running PostgreSQL: row by row, or in a bundle column by column. */
export interface Recorded {
  readonly columns: readonly string[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly count?: number
  readonly values?: readonly Column[]
}

/** The values of a column, in whatever form takes the least room. */
export type Column =
  | readonly unknown[]
  /** Numbers, each by how much more it is than the one before. */
  | { readonly steps: readonly number[] }
  /** One value but in some places, which are told by how far each is from the one before. */
  | { readonly usual: unknown; readonly at: readonly number[]; readonly values: Column }
  /** Lists of words. */
  | { readonly joined: string }
  /** Tables: the values of each of their columns in lists, or of the first one, and the others as texts of JSON. */
  | { readonly nested: readonly Column[]; readonly texts: boolean }
  /** Lists of numbers in base 36. */
  | { readonly lists: string }
  /** Few different values, or lists of such: each is a character or, of the rarer ones, an escape and another one. */
  | { readonly words: readonly unknown[]; readonly letters: string; readonly isList: boolean }

const summed = (steps: readonly number[]): number[] => {
  let sum = 0
  return steps.map((step) => (sum += step))
}

/** What stands for the words, the most frequent ones first; none of them needs an escape in a string of JSON. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_{|}'
const [ESCAPE, END] = ['~', ' ']

/** The letters of a word by how frequent it is; undefined beyond what there are letters for. */
export const lettersOf = (index: number): string | undefined => {
  if (index < LETTERS.length) return LETTERS[index]
  const second = LETTERS[index - LETTERS.length]
  return second === undefined ? undefined : ESCAPE + second
}

const read = (words: readonly unknown[], letters: string, isList: boolean): unknown[] => {
  const all: unknown[] = []
  let list: unknown[] = []
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? ''
    if (letter === END) {
      all.push(list)
      list = []
      continue
    }
    const word = letter === ESCAPE ? LETTERS.length + LETTERS.indexOf(letters[++at] ?? '') : LETTERS.indexOf(letter)
    ;(isList ? list : all).push(words[word])
  }
  return all
}

const valuesOf = (column: Column, count: number): readonly unknown[] => {
  if ('steps' in column) return summed(column.steps)
  if ('lists' in column)
    return column.lists.split('|').map((list) => list.split(' ').flatMap((each) => (each ? [parseInt(each, 36)] : [])))
  if ('letters' in column) return read(column.words, column.letters, column.isList)
  if ('joined' in column) return column.joined.split('|').map((list) => (list === '' ? [] : list.split(' ')))
  if ('nested' in column) {
    const parts = column.nested.map((each) => valuesOf(each, count) as readonly (readonly unknown[])[])
    const [first = []] = parts
    return first.map((list, row) =>
      list.map((value, at) =>
        column.texts
          ? [value, ...(JSON.parse(String(parts[1]?.[row]?.[at])) as unknown[])]
          : parts.map((part) => part[row]?.[at]),
      ),
    )
  }
  if (!('usual' in column)) return column
  const list: unknown[] = Array.from({ length: count }, () => column.usual)
  const values = valuesOf(column.values, column.at.length)
  for (const [which, place] of summed(column.at).entries()) list[place] = values[which]
  return list
}

/** The rows of one recorded file as objects. */
export const rowsOf = <Row>({ columns, rows, count = 0, values = [] }: Recorded): Row[] => {
  const full = values.map((column) => valuesOf(column, count))
  const lists = rows ?? Array.from({ length: count }, (_, at) => full.map((column) => column[at]))
  return lists.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])) as Row)
}
