/** Network addresses. Manual: "Network Address Functions and Operators"; after network.c. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { hostMask, hostText, loadNetwork, maxBits, type Network, networkKey, storeNetwork } from '../types/network.ts'
import { compareText } from '../types/text.ts'
import { bool, comparisons, type Scalar, type Scalars } from './implementation.ts'

const order = (left: string, right: string): number => Math.sign(compareText(networkKey(left), networkKey(right)))

const compared =
  (test: (order: number) => boolean): Scalar =>
  (left: string, right: string) =>
    bool(test(order(left, right)))

const networkBits = ({ family, address }: Network, bits: number): bigint => address >> BigInt(maxBits(family) - bits)

/** Whether both begin with the same network, of so many bits. */
const shares = (left: Network, right: Network, bits: number): boolean =>
  left.family === right.family && networkBits(left, bits) === networkBits(right, bits)

const related =
  (test: (left: Network, right: Network) => boolean): Scalar =>
  (left: string, right: string) =>
    bool(test(loadNetwork(left), loadNetwork(right)))

const within = (inner: Network, outer: Network, strictly: boolean): boolean =>
  (strictly ? inner.bits > outer.bits : inner.bits >= outer.bits) && shares(inner, outer, outer.bits)

const changed =
  (change: (network: Network) => Network): Scalar =>
  (value: string) =>
    storeNetwork(change(loadNetwork(value)))

const combined =
  (name: string, combine: (a: bigint, b: bigint) => bigint): Scalar =>
  (left: string, right: string) => {
    const [a, b] = [loadNetwork(left), loadNetwork(right)]
    if (a.family !== b.family) throw new PgError('22023', `cannot ${name} inet values of different sizes`)
    return storeNetwork({
      family: a.family,
      address: combine(a.address, b.address),
      bits: Math.max(a.bits, b.bits),
    })
  }

const moved = (value: string, by: bigint): string => {
  const network = loadNetwork(value)
  const address = network.address + by
  if (address < 0n || address >= 1n << BigInt(maxBits(network.family)))
    throw new PgError('22003', 'result is out of range')
  return storeNetwork({ ...network, address })
}

const masked = (network: Network, bits: number): Network => {
  const result = { ...network, bits }
  return { ...result, address: network.address & ~hostMask(result) }
}

const withMask = (value: string, given: bigint, clear: boolean): string => {
  const network = loadNetwork(value)
  const bits = given === -1n ? maxBits(network.family) : Number(given)
  if (bits < 0 || bits > maxBits(network.family)) throw new PgError('22023', `invalid mask length: ${given}`)
  return storeNetwork(clear ? masked(network, bits) : { ...network, bits })
}

const shown = (network: Network): string =>
  network.bits === maxBits(network.family) ? hostText(network) : storeNetwork(network)

/** Only as many octets as the netmask reaches into. */
const abbreviated = (network: Network): string => {
  if (network.family === 6) throw unsupported('abbrev() of an IPv6 network')
  const octets = hostText(network).split('.')
  return `${octets.slice(0, Math.max(Math.ceil(network.bits / 8), 1)).join('.')}/${network.bits}`
}

export const networkFunctions: Scalars = {
  ...comparisons('network_', compared),
  network_cmp: (left: string, right: string) => BigInt(order(left, right)),
  network_larger: (left: string, right: string) => (order(left, right) > 0 ? left : right),
  network_smaller: (left: string, right: string) => (order(left, right) < 0 ? left : right),
  network_sub: related((left, right) => within(left, right, true)),
  network_subeq: related((left, right) => within(left, right, false)),
  network_sup: related((left, right) => within(right, left, true)),
  network_supeq: related((left, right) => within(right, left, false)),
  network_overlap: related((left, right) => shares(left, right, Math.min(left.bits, right.bits))),
  inet_same_family: related((left, right) => left.family === right.family),
  network_host: (value: string) => hostText(loadNetwork(value)),
  network_show: (value: string) => storeNetwork(loadNetwork(value)),
  inet_abbrev: (value: string) => shown(loadNetwork(value)),
  cidr_abbrev: (value: string) => abbreviated(loadNetwork(value)),
  network_masklen: (value: string) => BigInt(loadNetwork(value).bits),
  network_family: (value: string) => BigInt(loadNetwork(value).family),
  network_network: changed((network) => masked(network, network.bits)),
  inet_to_cidr: changed((network) => masked(network, network.bits)),
  network_broadcast: changed((network) => ({ ...network, address: network.address | hostMask(network) })),
  network_netmask: changed((network) => ({
    family: network.family,
    address: ((1n << BigInt(maxBits(network.family))) - 1n) & ~hostMask(network),
    bits: maxBits(network.family),
  })),
  network_hostmask: changed((network) => ({
    family: network.family,
    address: hostMask(network),
    bits: maxBits(network.family),
  })),
  inet_set_masklen: (value: string, bits: bigint) => withMask(value, bits, false),
  cidr_set_masklen: (value: string, bits: bigint) => withMask(value, bits, true),
  inetnot: changed((network) => ({
    ...network,
    address: network.address ^ ((1n << BigInt(maxBits(network.family))) - 1n),
  })),
  inetand: combined('AND', (a, b) => a & b),
  inetor: combined('OR', (a, b) => a | b),
  inetpl: moved,
  // bigint + inet, a function in SQL
  'sql:2631': (by: bigint, value: string) => moved(value, by),
  inetmi_int8: (value: string, by: bigint) => moved(value, -by),
  inetmi: (left: string, right: string) => {
    const [a, b] = [loadNetwork(left), loadNetwork(right)]
    if (a.family !== b.family) throw new PgError('22023', 'cannot subtract inet values of different sizes')
    const distance = a.address - b.address
    if (distance !== BigInt.asIntN(64, distance)) throw new PgError('22003', 'result is out of range')
    return distance
  },
  inet_merge: (left: string, right: string) => {
    const [a, b] = [loadNetwork(left), loadNetwork(right)]
    if (a.family !== b.family) throw new PgError('22023', 'cannot merge addresses from different families')
    let bits = Math.min(a.bits, b.bits)
    while (!shares(a, b, bits)) bits--
    return storeNetwork(masked(a, bits))
  },
}
