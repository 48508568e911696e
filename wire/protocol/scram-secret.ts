/**
 * What is kept of a password, `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`: enough to check it, not enough to log in
 * with it. RFC 5802; PostgreSQL manual, "pg_authid". Computed in JavaScript, so on every host.
 */
import { hmac } from '@noble/hashes/hmac.js'
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256 } from '@noble/hashes/sha2.js'

export interface ScramSecret {
  readonly salt: Uint8Array
  readonly iterations: number
  readonly storedKey: Uint8Array
  readonly serverKey: Uint8Array
}

/** PostgreSQL's default, `scram_iterations`. */
const ITERATIONS = 4096

/** Derives the stored secret; the password is normalised as SASLprep does (NFKC). */
export const scramSecret = (
  password: string,
  salt: Uint8Array = crypto.getRandomValues(new Uint8Array(16)),
): ScramSecret => {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value)
  const salted = pbkdf2(sha256, text(password.normalize('NFKC')), salt, { c: ITERATIONS, dkLen: 32 })
  const key = (name: string): Uint8Array => hmac(sha256, salted, text(name))
  return { salt, iterations: ITERATIONS, storedKey: sha256(key('Client Key')), serverKey: key('Server Key') }
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

/** @returns undefined where the text is not padded base64 */
const fromBase64 = (text: string): Uint8Array | undefined => {
  const isWhole = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
  return isWhole ? Uint8Array.from(atob(text), (each) => each.charCodeAt(0)) : undefined
}

/** A secret as `pg_authid.rolpassword` has it. */
export const secretText = ({ salt, iterations, storedKey, serverKey }: ScramSecret): string =>
  `SCRAM-SHA-256$${iterations}:${toBase64(salt)}$${toBase64(storedKey)}:${toBase64(serverKey)}`

/** The bytes of a SHA-256 digest. */
const DIGEST = 32

/** The secret in such a text; undefined where it is none (`parse_scram_secret`). */
export const readSecret = (text: string): ScramSecret | undefined => {
  const [iterations, ...parts] = /^SCRAM-SHA-256\$(\d+):([^$]*)\$([^:]*):(.*)$/.exec(text)?.slice(1) ?? []
  const [salt, storedKey, serverKey] = parts.map(fromBase64)
  if (salt === undefined || storedKey?.length !== DIGEST || serverKey?.length !== DIGEST) return undefined
  return { salt, iterations: Number(iterations), storedKey, serverKey }
}
