/** What binding a statement needs besides its tree. */
import type { Notice } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { currentRole, OWNER_ROLE } from '../catalog/role.ts'
import { type Clock, WatchedClock } from '../types/clock.ts'
import type { Environment } from '../types/environment.ts'
import type { Statement } from './scope.ts'
import type { Settings } from './settings.ts'
import type { Variables } from './variable.ts'

/** Converts byte offsets of the grammar to 1-based character positions. */
export const positions = (sql: string): ((location: number | undefined) => number | undefined) => {
  let ascii = true
  for (let at = 0; at < sql.length; at++)
    if (sql.charCodeAt(at) > 127) {
      ascii = false
      break
    }
  const bytes = ascii ? undefined : new TextEncoder().encode(sql)
  return (location) => {
    if (location === undefined || location < 0) return undefined
    if (bytes === undefined) return location + 1
    let count = 0
    for (let at = 0; at < location; at++) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) count++
    return count + 1
  }
}

export const makeStatement = (
  sql: string,
  catalog: Catalog,
  settings: Settings,
  clock: Clock,
  parameters: number[] | undefined,
  notices: Notice[],
  variables?: Variables,
): Statement => ({
  catalog,
  settings,
  clock: new WatchedClock(clock),
  parameters: parameters ?? [],
  openParameters: [],
  parametrised: parameters !== undefined,
  variables,
  captured: [],
  locked: [],
  checkAs: currentRole(settings),
  needs: [],
  withQueries: [],
  planningErrors: [],
  collations: { areOfInterest: false },
  aliases: new Set(),
  position: positions(sql),
  bodyStart: (location, text) => sql.indexOf(text, (positions(sql)(location) ?? 1) - 1),
  notice: (code, message) => notices.push({ severity: 'NOTICE', code, message }),
})

/**
 * The statement around an expression or a query that the catalog holds: it means what it has meant when it was made, and
 * errors in it have no position in what the client has written. Whose rights on tables it needs is the owner's concern.
 */
export const storedStatement = (statement: Statement): Statement => ({
  ...statement,
  position: () => undefined,
  variables: undefined,
  checkAs: OWNER_ROLE,
  isStored: true,
})

/** What orez binds for itself: nobody has written its text, gives it parameters or is told of anything. */
export const ownStatement = ({
  catalog,
  settings,
  clock,
}: Pick<Environment, 'catalog' | 'settings' | 'clock'>): Statement =>
  makeStatement('', catalog, settings, clock, undefined, [])
