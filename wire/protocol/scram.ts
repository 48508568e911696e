/**
 * SCRAM-SHA-256, the server's side. RFC 5802 and RFC 7677; PostgreSQL manual, "SASL Authentication".
 * Channel binding is not offered, because the server does not do TLS.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { fatal, protocolViolation } from './error.ts'
import { type ScramSecret, scramSecret } from './scram-secret.ts'

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

const attributes = (message: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const part of message.split(',')) {
    if (part[1] !== '=') throw protocolViolation('malformed SCRAM message')
    found.set(part.slice(0, 1), part.slice(2))
  }
  return found
}

/** One authentication exchange. Without a secret it runs to the end and then fails, so users cannot be probed. */
export class ScramServer {
  readonly #user: string
  readonly #known: boolean
  readonly #secret: ScramSecret
  #clientFirstBare = ''
  #serverFirst = ''
  #gs2 = ''
  #nonce = ''

  constructor(user: string, secret: ScramSecret | undefined) {
    this.#user = user
    this.#known = secret !== undefined
    this.#secret = secret ?? scramSecret(randomBytes(16).toString('hex'))
  }

  /** Takes the client-first-message, returns the server-first-message. */
  first(message: string): string {
    const [flag = '', authzid = '', ...rest] = message.split(',')
    if (flag !== 'n' && flag !== 'y') {
      throw protocolViolation(
        flag.startsWith('p=')
          ? 'client requires SCRAM channel binding, but it is not supported'
          : 'malformed SCRAM message',
      )
    }
    if (authzid !== '') throw fatal('0A000', 'client uses authorization identity, but it is not supported')
    this.#gs2 = `${flag},,`
    this.#clientFirstBare = rest.join(',')
    const nonce = attributes(this.#clientFirstBare).get('r')
    if (nonce === undefined || nonce === '') throw protocolViolation('malformed SCRAM message')
    this.#nonce = nonce + randomBytes(18).toString('base64')
    const salt = Buffer.from(this.#secret.salt).toString('base64')
    this.#serverFirst = `r=${this.#nonce},s=${salt},i=${this.#secret.iterations}`
    return this.#serverFirst
  }

  /** Takes the client-final-message, returns the server-final-message; throws 28P01 on a wrong password. */
  final(message: string): string {
    const at = message.lastIndexOf(',p=')
    if (at < 0) throw protocolViolation('malformed SCRAM message')
    const withoutProof = message.slice(0, at)
    const proof = Buffer.from(message.slice(at + 3), 'base64')
    const fields = attributes(withoutProof)
    if (fields.get('c') !== Buffer.from(this.#gs2).toString('base64')) {
      throw protocolViolation('unexpected SCRAM channel-binding attribute in client-final-message')
    }
    if (fields.get('r') !== this.#nonce) throw protocolViolation('invalid SCRAM response')
    const authMessage = `${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`
    const signature = hmac(this.#secret.storedKey, authMessage)
    const clientKey = Buffer.alloc(32)
    for (let i = 0; i < 32; i++) clientKey[i] = (proof[i] ?? 0) ^ (signature[i] ?? 0)
    const matches = proof.length === 32 && timingSafeEqual(sha256(clientKey), this.#secret.storedKey)
    if (!matches || !this.#known) {
      throw fatal('28P01', `password authentication failed for user "${this.#user}"`)
    }
    return `v=${hmac(this.#secret.serverKey, authMessage).toString('base64')}`
  }
}
