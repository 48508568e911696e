/** Values of variable length as PostgreSQL has them in memory: after a header of four bytes, or of one. After varatt.h. */

/** TYPALIGN_… in bytes. */
export type Alignment = 1 | 2 | 4 | 8

export const HEADER = 4
/** The longest content that a header of one byte has room for. */
const SHORT_CONTENT = 126

export const aligned = (length: number, to: number): number => Math.ceil(length / to) * to

export const uint32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value >>> 0)
  return buffer
}

/** Whether a value can have the header of one byte, which is not aligned. */
export const isShort = (content: number): boolean => content <= SHORT_CONTENT

export const withHeader = (content: Buffer): Buffer => Buffer.concat([uint32((content.length + HEADER) << 2), content])

/** With the header of one byte where that is possible. */
export const packed = (content: Buffer): Buffer =>
  isShort(content.length)
    ? Buffer.concat([Buffer.from([((content.length + 1) << 1) | 1]), content])
    : withHeader(content)
