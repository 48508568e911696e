/** Lines and indentation of SQL that is shown. After appendContextKeyword in ruleutils.c. */

/** Columns that a clause, a list that goes on, and a join are indented by (PRETTYINDENT_STD, _VAR, _JOIN). */
export const INDENT = { clause: 8, list: 4, join: 4 } as const

/** From here on, levels are indented by half (PRETTYINDENT_LIMIT). */
const LIMIT = 40

/** Where a line begins. Blanks before it go when the text is finished, as only then it is known what stands there. */
const BREAK = '\0'

/**
 * Text at the beginning of a line.
 * @param level columns that the query around is indented by
 * @param plus columns more
 */
export const keyword = (level: number, text: string, plus = 0): string => {
  const whole = Math.max(level, 0)
  const columns = whole < LIMIT ? whole : (LIMIT + Math.trunc((whole - LIMIT) / (INDENT.clause / 2))) % LIMIT
  return BREAK + ' '.repeat(columns + plus) + text
}

/** Whether a text begins with a line of its own. */
export const beginsLine = (text: string): boolean => text.startsWith(BREAK)

export const finish = (text: string): string => text.replaceAll(/ *\0/g, '\n')
