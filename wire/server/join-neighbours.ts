/** Joins answers; neighbours in memory are passed on as one slice, without a copy. */
export const joinNeighbours = (parts: readonly Buffer[]): Buffer => {
  const first = parts[0]
  if (first === undefined) return Buffer.alloc(0)
  if (parts.length === 1) return first
  let end = first.byteOffset
  for (const part of parts) {
    if (part.buffer !== first.buffer || part.byteOffset !== end) return Buffer.concat(parts)
    end += part.length
  }
  return Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset)
}
