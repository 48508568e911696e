/** Network addresses: family, bits of the netmask, whether it is a cidr, then the address. After network_send (network.c). */
import { hostMask, loadNetwork, maxBits, storeNetwork } from '../../compiler/types/network.ts'
import { PgError } from '../protocol/error.ts'
import type { Binary } from './binary.ts'

/** PGSQL_AF_INET and PGSQL_AF_INET6 */
const FAMILIES = { 4: 2, 6: 3 } as const

export const networkBinary = (type: 'inet' | 'cidr'): Binary => ({
  send: (value) => {
    const { family, bits, address } = loadNetwork(value)
    const size = maxBits(family) / 8
    const bytes = Buffer.from(address.toString(16).padStart(size * 2, '0'), 'hex')
    return Buffer.concat([Buffer.from([FAMILIES[family], bits, type === 'cidr' ? 1 : 0, size]), bytes])
  },
  receive: (reader) => {
    const wrong = (what: string): PgError => new PgError('22P03', `invalid ${what} in external "${type}" value`)
    const code = reader.uint8()
    const family = code === FAMILIES[4] ? 4 : code === FAMILIES[6] ? 6 : undefined
    if (family === undefined) throw wrong('address family')
    const bits = reader.uint8()
    if (bits > maxBits(family)) throw wrong('bits')
    reader.uint8()
    const size = reader.uint8()
    if (size !== maxBits(family) / 8) throw wrong('length')
    const network = { family, bits, address: BigInt(`0x${reader.bytes(size).toString('hex')}`) } as const
    if (type === 'cidr' && (network.address & hostMask(network)) !== 0n)
      throw new PgError('22P03', 'invalid external "cidr" value', { detail: 'Value has bits set to right of mask.' })
    return storeNetwork(network)
  },
})
