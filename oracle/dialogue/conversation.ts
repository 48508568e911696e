/** Random conversations: what a client sends turn by turn, each of which the server answers with ReadyForQuery. */
import fc, { type Arbitrary } from 'fast-check'
import type { Message } from './message.ts'
import { COPIES, PIECES, STATEMENTS, TEXTS } from './vocabulary.ts'

export type Turn = readonly Message[]

const statementName = fc.constantFrom('', '', 's1', 's2')
const portalName = fc.constantFrom('', '', 'p1', 'p2')
const limit = fc.constantFrom(0, 0, 0, 1, 2)

/** A statement from Parse to Execute. */
const exchange: Arbitrary<Turn> = fc
  .record({
    asked: fc.constantFrom(...STATEMENTS),
    statement: statementName,
    portal: portalName,
    describes: fc.constantFrom<readonly ('portal' | 'statement')[]>(
      [],
      [],
      ['statement'],
      ['portal'],
      ['statement', 'portal'],
    ),
    formats: fc.constantFrom<readonly number[]>([], [], [], [1]),
    limit,
    again: fc.boolean(),
  })
  .map(({ asked, statement, portal, describes, formats, limit: most, again }) => {
    const execute: Message = { kind: 'execute', portal, limit: most }
    const describe = (target: 'portal' | 'statement'): Message[] =>
      describes.includes(target) ? [{ kind: 'describe', target, name: target === 'portal' ? portal : statement }] : []
    return [
      { kind: 'parse', statement, sql: asked.sql },
      ...describe('statement'),
      { kind: 'bind', statement, portal, values: asked.values, formats },
      ...describe('portal'),
      ...(again && most > 0 ? [execute, execute] : [execute]),
    ]
  })

/** One message that may have nothing to stand on. Whether a portal without a name has survived an error is left open. */
const stray: Arbitrary<Turn> = fc
  .oneof<Arbitrary<Message>[]>(
    fc.record({
      kind: fc.constant('parse' as const),
      statement: statementName,
      sql: fc.constantFrom(...STATEMENTS).map(({ sql }) => sql),
    }),
    fc.record({
      kind: fc.constant('bind' as const),
      statement: statementName,
      portal: portalName,
      values: fc.constantFrom<readonly (string | null)[]>([], [], ['5'], [null], ['6', 'six']),
      formats: fc.constantFrom<readonly number[]>([], [], [1], [0, 1]),
    }),
    fc.record({ kind: fc.constant('execute' as const), portal: fc.constantFrom('p1', 'p2'), limit }),
    fc.record({
      kind: fc.constantFrom('describe' as const, 'close' as const),
      target: fc.constant('portal' as const),
      name: fc.constantFrom('p1', 'p2'),
    }),
    fc.record({
      kind: fc.constantFrom('describe' as const, 'close' as const),
      target: fc.constant('statement' as const),
      name: statementName,
    }),
    fc.constant({ kind: 'flush' as const }),
  )
  .map((message) => [message])

const extended: Arbitrary<Turn> = fc
  .array(fc.oneof({ arbitrary: exchange, weight: 3 }, { arbitrary: stray, weight: 2 }), { minLength: 1, maxLength: 4 })
  .map((parts) => [...parts.flat(), { kind: 'sync' }])

/** COPY FROM STDIN, with its data and how that ends. */
const copy: Arbitrary<Turn> = fc
  .record({
    sql: fc.oneof({ arbitrary: fc.constantFrom(...COPIES), weight: 5 }, fc.constantFrom(...TEXTS)),
    pieces: fc.uniqueArray(fc.constantFrom(...PIECES), { maxLength: 4 }),
    end: fc.constantFrom<Message>(
      { kind: 'copy done' },
      { kind: 'copy done' },
      { kind: 'copy done' },
      { kind: 'copy fail', text: 'no more' },
    ),
    isExtended: fc.boolean(),
    portal: portalName,
  })
  .map(({ sql, pieces, end, isExtended, portal }): Turn => {
    // PostgreSQL has looked at some of the data when it hears that there is no more: how much, is its own affair
    const sent = end.kind === 'copy fail' ? [] : pieces
    const data = [...sent.map((text): Message => ({ kind: 'copy data', text })), end]
    if (!isExtended) return [{ kind: 'query', sql }, ...data]
    return [
      { kind: 'parse', statement: '', sql },
      { kind: 'bind', statement: '', portal, values: [], formats: [] },
      { kind: 'execute', portal, limit: 0 },
      ...data,
      { kind: 'sync' },
    ]
  })

const simple: Arbitrary<Turn> = fc.constantFrom(...TEXTS).map((sql) => [{ kind: 'query', sql }])

export const conversation: Arbitrary<readonly Turn[]> = fc.array(
  fc.oneof({ arbitrary: extended, weight: 6 }, { arbitrary: simple, weight: 2 }, { arbitrary: copy, weight: 1 }),
  { minLength: 2, maxLength: 8 },
)
