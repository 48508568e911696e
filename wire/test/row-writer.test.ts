/** Rows as they are written: one that cannot be leaves nothing of itself before the error. */
import { expect, test } from 'vitest'
import { OID } from '../../compiler/catalog/oid.ts'
import { dataRow } from '../protocol/backend.ts'
import { FrameWriter } from '../protocol/frame.ts'
import { openNative } from '../sqlite/native.ts'
import { rowWriter } from '../sqlite/portal.ts'
import { recordedFiles } from '../sqlite/recorded-files.ts'
import { SqliteSession } from '../sqlite/session.ts'

test('a row that fails is taken back, and those before it stay', () => {
  const { environment } = new SqliteSession(openNative(':memory:'), recordedFiles)
  const columns = [OID.text, OID.timestamptz].map((type) => ({ name: 'c', type, typmod: -1 }))
  const write = rowWriter(environment, columns, [])
  const writer = new FrameWriter()
  write(writer, ['é', null])
  // no moment is text
  expect(() => write(writer, ['x'.repeat(500), 'soon'])).toThrow()
  write(writer, [null, null])
  expect(writer.take()).toEqual(Buffer.concat([dataRow(['é', null]), dataRow([null, null])]))
})
