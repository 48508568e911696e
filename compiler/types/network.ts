/**
 * inet and cidr: stored as `10.1.2.3/32`, the bits of the netmask always said. Manual: "Network Address Types"; after
 * network.c, inet_net_pton.c and inet_net_ntop.c.
 */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'

export interface Network {
  readonly family: 4 | 6
  readonly address: bigint
  /** Of the netmask. */
  readonly bits: number
}

export const maxBits = (family: 4 | 6): number => (family === 4 ? 32 : 128)

const quad = (address: bigint): string => [24n, 16n, 8n, 0n].map((by) => (address >> by) & 255n).join('.')

/** The longest run of two zero words or more is left out. */
const colons = (address: bigint): string => {
  const words = Array.from({ length: 8 }, (_, at) => Number((address >> BigInt(112 - 16 * at)) & 0xffffn))
  let [best, length] = [-1, 0]
  for (let at = 0; at < 8; at++) {
    let end = at
    while (end < 8 && words[end] === 0) end++
    if (end - at > length && end - at >= 2) [best, length] = [at, end - at]
    if (end > at) at = end
  }
  const low = quad(address & 0xffff_ffffn)
  const embedded =
    best === 0 && (length === 6 || (length === 7 && words[7] !== 1) || (length === 5 && words[5] === 0xffff))
  if (embedded) return length === 5 ? `::ffff:${low}` : `::${low}`
  const hex = (from: number, to: number): string =>
    words
      .slice(from, to)
      .map((word) => word.toString(16))
      .join(':')
  return best < 0 ? hex(0, 8) : `${hex(0, best)}::${hex(best + length, 8)}`
}

/** An address without its netmask. */
export const hostText = ({ family, address }: Network): string => (family === 4 ? quad(address) : colons(address))

export const storeNetwork = (network: Network): string => `${hostText(network)}/${network.bits}`

const invalid = (type: string, text: string): PgError =>
  new PgError('22P02', `invalid input syntax for type ${type}: "${text}"`)

/** An IPv6 netmask has no leading zeros, an IPv4 one may. */
const bitsIn = (text: string | undefined, most: number): number | undefined =>
  text !== undefined && /^\d+$/.test(text) && (most === 32 || text === '0' || text[0] !== '0') && Number(text) <= most
    ? Number(text)
    : undefined

const octetsIn = (text: string): number[] | undefined => {
  const octets = text.split('.')
  if (octets.length > 4 || !octets.every((octet) => /^\d+$/.test(octet) && Number(octet) <= 255)) return undefined
  return octets.map(Number)
}

const ofOctets = (octets: readonly number[]): bigint =>
  [0, 1, 2, 3].reduce((sum, at) => (sum << 8n) | BigInt(octets[at] ?? 0), 0n)

/** What a cidr without a netmask says by its class. */
const classBits = ([first = 0, ...rest]: readonly number[]): number => {
  const length = (rest.length + 1) * 8
  const bits = first >= 240 ? 32 : first >= 224 ? 8 : first >= 192 ? 24 : first >= 128 ? 16 : 8
  const widened = Math.max(bits, length)
  return widened === 8 && first === 224 ? 4 : widened
}

const network4 = (text: string, cidr: boolean): Network | undefined => {
  const [address = '', mask, ...more] = text.split('/')
  const octets = octetsIn(address)
  if (octets === undefined || more.length > 0) return undefined
  let bits = bitsIn(mask, 32)
  if (mask !== undefined && bits === undefined) return undefined
  if (bits === undefined) {
    if (cidr) bits = classBits(octets)
    else if (octets.length === 4) bits = 32
    else return undefined
  }
  if (!cidr && Math.floor(bits / 8) > octets.length) return undefined
  return { family: 4, address: ofOctets(octets), bits }
}

const network6 = (text: string): Network | undefined => {
  const [address = '', mask, ...more] = text.split('/')
  const bits = mask === undefined ? 128 : bitsIn(mask, 128)
  if (bits === undefined || more.length > 0) return undefined
  let hex = address
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  if (embedded !== null) {
    const octets = octetsIn(embedded[2] ?? '')
    if (octets === undefined) return undefined
    const value = ofOctets(octets)
    hex = `${embedded[1]}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
  }
  const halves = hex.split('::')
  if (halves.length > 2) return undefined
  const words = (half: string): string[] => (half === '' ? [] : half.split(':'))
  const [head, tail] = [words(halves[0] ?? ''), words(halves[1] ?? '')]
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const all = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!all.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return undefined
  return { family: 6, address: all.reduce((sum, word) => (sum << 16n) | BigInt(`0x${word}`), 0n), bits }
}

/** The bits of an address that are its host's. */
export const hostMask = ({ family, bits }: Network): bigint => (1n << BigInt(maxBits(family) - bits)) - 1n

/** inet_in and cidr_in. @throws PgError 22P02 */
export const networkIn = (text: string, type: 'inet' | 'cidr'): string => {
  const network = text.includes(':') ? network6(text) : network4(text, type === 'cidr')
  if (network === undefined) throw invalid(type, text)
  if (type === 'cidr' && (network.address & hostMask(network)) !== 0n)
    throw new PgError('22P02', `invalid cidr value: "${text}"`, { detail: 'Value has bits set to right of mask.' })
  return storeNetwork(network)
}

export const loadNetwork = (stored: Value): Network => {
  const network = String(stored).includes(':') ? network6(String(stored)) : network4(String(stored), false)
  if (network === undefined) throw new Error(`no network address: ${stored}`)
  return network
}

/** inet_out: without a netmask that leaves nothing open. */
export const inetOut = (stored: Value): string => {
  const network = loadNetwork(stored)
  return network.bits === maxBits(network.family) ? hostText(network) : String(stored)
}

/** Text that sorts as network_cmp does: family, the network's bits, how many they are, the rest of the address. */
export const networkKey = (stored: Value): string => {
  const { family, address, bits } = loadNetwork(stored)
  const digits = address.toString(2).padStart(maxBits(family), '0')
  return `${family}${digits.slice(0, bits)} ${digits.slice(bits)}`
}
