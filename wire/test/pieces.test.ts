/** The entries of a transaction, part of them in a file, against a list of them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Pieces } from '../sqlite/replication/pieces.ts'
import { ScratchFile } from '../sqlite/replication/scratch-file.ts'

const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ add: fc.uint8Array({ minLength: 1, maxLength: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ keep: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
)

test('what is added, and not taken back, is there in order, in pieces that begin where they say', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const pieces = new Pieces(() => new ScratchFile(), { piece: 100, inMemory: 300 })
      let model: { lsn: bigint; body: Uint8Array }[] = []
      let lsn = 0n
      for (const step of actions) {
        if (step === 'clear') {
          pieces.clear()
          model = []
        } else if ('add' in step) {
          pieces.add(++lsn, (writer) => writer.bytes(step.add))
          model.push({ lsn, body: step.add })
        } else {
          const count = Math.floor(model.length * step.keep)
          pieces.truncate(count)
          model.length = count
        }
        expect(pieces.count).toBe(model.length)
      }
      const found = [...pieces]
      const bytes = Buffer.concat(model.map(({ body }) => body))
      expect(Buffer.concat(found.map(({ body }) => body)).equals(bytes)).toBe(true)
      expect(pieces.size).toBe(bytes.length)
      const starts = new Map<number, bigint>()
      let at = 0
      for (const { lsn: position, body } of model) {
        starts.set(at, position)
        at += body.length
      }
      at = 0
      for (const { lsn: position, body } of found) {
        expect(position).toBe(starts.get(at))
        at += body.length
      }
      pieces.clear()
    }),
    { numRuns: 300 },
  )
})
