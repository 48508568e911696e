/** Parameters whose names PostgreSQL shows with capitals; here all are kept in small letters. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  ['TimeZone', 'DateStyle', 'IntervalStyle'].map((name) => [name.toLowerCase(), name]),
)

export const spelledSetting = (name: string): string => SPELLINGS.get(name) ?? name
