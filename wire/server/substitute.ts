/** A client's text with something else in places, and where its errors are in the text that the client knows. */

/** What stands instead of what is between two indices of a text. */
export interface Replacement {
  readonly from: number
  readonly to: number
  readonly text: string
}

export interface Substitute {
  readonly sql: string
  /** Where in the client's text this is. @param position of a character, 1 for the first, as PostgreSQL counts them */
  readonly original: (position: number) => number
}

const characters = (text: string): number => [...text].length

/** @param replacements in the order of the text */
export const substituted = (sql: string, replacements: readonly Replacement[]): Substitute => {
  let text = ''
  let from = 0
  const moved: { readonly start: number; readonly end: number; readonly by: number; readonly original: number }[] = []
  for (const replacement of replacements) {
    text += sql.slice(from, replacement.from)
    const start = characters(text)
    text += replacement.text
    from = replacement.to
    const end = characters(text)
    moved.push({
      start,
      end,
      by: end - characters(sql.slice(0, from)),
      original: characters(sql.slice(0, replacement.from)),
    })
  }
  return {
    sql: text + sql.slice(from),
    original: (position) => {
      const before = moved.findLast(({ start }) => start < position)
      if (before === undefined) return position
      return position <= before.end ? before.original + 1 : position - before.by
    },
  }
}
