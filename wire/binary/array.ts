/** Arrays in binary format: their shape, then each element with its length; after array_send and array_recv (arrayfuncs.c). */
import { formatType } from '../../compiler/catalog/format-type.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { checkSize, EMPTY_ARRAY, storeArray } from '../../compiler/types/array.ts'
import { loadElements } from '../../compiler/types/codec.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { PgError } from '../protocol/error.ts'
import { BodyReader } from '../protocol/frame.ts'
import { int32s, type Stored, sizedBytes } from './binary.ts'

/** @param send makes the bytes of an element */
export const sendArray = (
  env: Environment,
  type: number,
  element: number,
  value: Value,
  send: (value: Stored) => Buffer,
): Buffer => {
  const { dimensions, bounds, elements } = loadElements(env, type, value)
  const parts = elements.flatMap((each) => sizedBytes(each === null ? null : send(each)))
  const shape = dimensions.flatMap((length, at) => [length, bounds[at] ?? 1])
  return Buffer.concat([int32s(dimensions.length, elements.includes(null) ? 1 : 0, element, ...shape), ...parts])
}

const MAX_DIMENSIONS = 6

/** @param receive reads an element. @throws PgError 22P03, 08P01, 42804, 54000 and what `receive` throws */
export const receiveArray = (
  env: Environment,
  element: number,
  reader: BodyReader,
  receive: (reader: BodyReader) => Stored,
): Stored => {
  const count = reader.int32()
  if (count < 0) throw new PgError('22P03', `invalid number of dimensions: ${count}`)
  if (count > MAX_DIMENSIONS)
    throw new PgError('54000', `number of array dimensions (${count}) exceeds the maximum allowed (${MAX_DIMENSIONS})`)
  const flags = reader.int32()
  if (flags !== 0 && flags !== 1) throw new PgError('22P03', 'invalid array flags')
  const given = reader.uint32()
  if (given !== element)
    throw new PgError(
      '42804',
      `binary data has array element type ${typeLabel(env, given)} instead of expected ${typeLabel(env, element)}`,
    )
  const shape = Array.from({ length: count }, () => ({ length: reader.int32(), bound: reader.int32() }))
  const dimensions = shape.map(({ length }) => length)
  checkSize(dimensions)
  for (const { length, bound } of shape)
    if (bound + length > 2 ** 31 - 1) throw new PgError('54000', `array lower bound is too large: ${bound}`)
  const total = count === 0 ? 0 : dimensions.reduce((product, length) => product * length, 1)
  if (total === 0) return storeArray(EMPTY_ARRAY)
  const elements: Value[] = []
  while (elements.length < total) elements.push(receiveElement(reader, elements.length + 1, receive))
  return storeArray({ dimensions, bounds: shape.map(({ bound }) => bound), elements })
}

const receiveElement = (reader: BodyReader, number: number, receive: (reader: BodyReader) => Stored): Value => {
  const length = reader.int32()
  if (length < -1 || length > reader.remaining) throw new PgError('22P03', 'insufficient data left in message')
  if (length === -1) return null
  const own = new BodyReader(reader.bytes(length))
  const value = receive(own)
  if (own.remaining > 0) throw new PgError('22P03', `improper binary format in array element ${number}`)
  return value
}

/** An oid and, in parentheses, the type's name. */
export const typeLabel = ({ catalog }: Environment, oid: number): string => `${oid} (${formatType(catalog, oid)})`
