/** PostgreSQL's reading of a Boolean (parse_bool); undefined for what is none. */
export const readBoolean = (value: string): boolean | undefined => {
  const word = value.trim().toLowerCase()
  const matches = (full: string, least: number): boolean => word.length >= least && full.startsWith(word)
  if (word === '1' || matches('on', 2) || matches('true', 1) || matches('yes', 1)) return true
  if (word === '0' || matches('off', 2) || matches('false', 1) || matches('no', 1)) return false
  return undefined
}
