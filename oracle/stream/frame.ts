/** Frames of pgoutput with what must differ between two servers put out of sight: positions, transaction ids, times, oids. */

/** Oids of what users have made, by the order in which a stream mentions them. */
export class Oids {
  readonly #known = new Map<number, number>()

  masked(oid: number): number {
    if (oid < FIRST_USER_OID) return oid
    const known = this.#known.get(oid) ?? FIRST_USER_OID + this.#known.size
    this.#known.set(oid, known)
    return known
  }
}

const FIRST_USER_OID = 16_384

const cstringEnd = (bytes: Buffer, at: number): number => bytes.indexOf(0, at) + 1

/** A frame that two servers must have in common, byte by byte. */
export const masked = (frame: Buffer, oids: Oids): Buffer => {
  const bytes = Buffer.from(frame)
  const oid = (at: number): void => {
    bytes.writeUInt32BE(oids.masked(bytes.readUInt32BE(at)), at)
  }
  switch (String.fromCharCode(bytes[0] ?? 0)) {
    case 'B':
      bytes.fill(0, 1)
      break
    case 'C':
      bytes.fill(0, 2)
      break
    case 'M':
      bytes.fill(0, 2, 10)
      break
    case 'R': {
      oid(1)
      let at = cstringEnd(bytes, cstringEnd(bytes, 5)) + 1
      const columns = bytes.readUInt16BE(at)
      at += 2
      for (let column = 0; column < columns; column++) {
        at = cstringEnd(bytes, at + 1)
        oid(at)
        at += 8
      }
      break
    }
    case 'T': {
      const relations = bytes.readUInt32BE(1)
      for (let at = 0; at < relations; at++) oid(6 + at * 4)
      break
    }
    default:
      oid(1)
  }
  return bytes
}

/** A frame as people read it. */
export const shown = (frame: Buffer): string =>
  `${String.fromCharCode(frame[0] ?? 0)} ${frame
    .subarray(1)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}`
