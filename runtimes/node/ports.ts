/**
 * Ports: the one that is wanted, or the next one that is free.
 */
import getPort, { portNumbers } from 'get-port'

/** How far to look. */
const RANGE = 200

/**
 * @param wanted a port from 1 to 65535
 * @param host address that it must be free on; all of the machine's addresses if undefined
 */
export const freePort = (wanted: number, host?: string): Promise<number> =>
  getPort({ port: portNumbers(wanted, Math.min(wanted + RANGE, 65_535)), ...(host === undefined ? {} : { host }) })
