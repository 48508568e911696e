/** The collations that sort as C does, by code points: all that there are here. Manual: "Collation Support". */

export const DEFAULT_COLLATION = 100
export const C_COLLATION = 950
const POSIX_COLLATION = 951
const UCS_BASIC = 962

/** Their oids; of those that come from the operating system a cluster gives out its own, which are not known. */
const OIDS: Readonly<Record<string, number>> = {
  default: DEFAULT_COLLATION,
  C: C_COLLATION,
  POSIX: POSIX_COLLATION,
  ucs_basic: UCS_BASIC,
  pg_c_utf8: 811,
  'C.utf8': -1,
}

/** Undefined for a collation that is not known. */
export const collationOid = (name: string | undefined): number | undefined =>
  name === undefined ? undefined : OIDS[name]

export const collationName = (oid: number): string => Object.keys(OIDS).find((name) => OIDS[name] === oid) ?? ''

/** Letters beyond ASCII have no case in them, nor are they letters. */
export const isAscii = (oid: number): boolean => oid === C_COLLATION || oid === POSIX_COLLATION || oid === UCS_BASIC
