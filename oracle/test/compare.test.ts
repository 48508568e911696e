/** What counts as the same answer. */
import { beforeAll, describe, expect, test } from 'vitest'
import { loadGrammar } from '../../compiler/parse.ts'
import { judge, type Verdict } from '../compare.ts'
import type { Outcome } from '../outcome.ts'

beforeAll(loadGrammar)

const answer = (...rows: (string | null)[][]): Outcome => ({
  tag: `SELECT ${rows.length}`,
  columns: [
    { name: 'a', type: 23, typmod: -1 },
    { name: 'b', type: 25, typmod: -1 },
  ],
  rows,
  notices: [],
  status: 'I',
})
const failure = (code: string, position?: number): Outcome => ({
  rows: [],
  notices: [],
  status: 'I',
  error: { severity: 'ERROR', code, message: 'as PostgreSQL words it', position },
})

const PLAIN = 'select a, b from t'
const SORTED = 'select a, b from t order by a'

describe('verdicts', () => {
  test.each<[what: string, sql: string, actual: Outcome, truth: Outcome, expected: Verdict]>([
    ['the same rows', PLAIN, answer(['1', 'x']), answer(['1', 'x']), 'equal'],
    [
      'another order where none is asked for',
      PLAIN,
      answer(['2', 'y'], ['1', 'x']),
      answer(['1', 'x'], ['2', 'y']),
      'equal',
    ],
    ['another order where one is', SORTED, answer(['2', 'y'], ['1', 'x']), answer(['1', 'x'], ['2', 'y']), 'wrong'],
    ['another order among equals', SORTED, answer(['1', 'y'], ['1', 'x']), answer(['1', 'x'], ['1', 'y']), 'equal'],
    ['another value', PLAIN, answer(['1', 'x']), answer(['1', 'y']), 'wrong'],
    ['NULL is not empty', PLAIN, answer(['1', null]), answer(['1', '']), 'wrong'],
    ['a row more', PLAIN, answer(['1', 'x'], ['1', 'x']), answer(['1', 'x']), 'wrong'],
    ['another type', PLAIN, { ...answer(), columns: [{ name: 'a', type: 20, typmod: -1 }] }, answer(), 'wrong'],
    ['another tag', PLAIN, { ...answer(), tag: 'INSERT 0 0' }, answer(), 'wrong'],
    ['the same error', PLAIN, failure('42P01', 8), failure('42P01', 8), 'equal'],
    ['an error elsewhere', PLAIN, failure('42P01', 9), failure('42P01', 8), 'wrong'],
    ['another error', PLAIN, failure('42703', 8), failure('42P01', 8), 'wrong'],
    ['an error where there is none', PLAIN, failure('42P01'), answer(), 'wrong'],
    ['success where there is an error', PLAIN, answer(), failure('42P01'), 'wrong'],
    ['a refusal', PLAIN, failure('0A000'), answer(), 'refused'],
    ['a refusal of what PostgreSQL refuses as well', PLAIN, failure('0A000'), failure('0A000'), 'equal'],
    [
      'a notice less',
      PLAIN,
      answer(),
      { ...answer(), notices: [{ severity: 'NOTICE', code: '00000', message: 'm' }] },
      'wrong',
    ],
    ['another transaction status', PLAIN, { ...answer(), status: 'T' }, answer(), 'wrong'],
  ])('%s', (_what, sql, actual, truth, expected) => {
    expect(judge(sql, actual, truth, truth).verdict).toBe(expected)
  })

  test('what an earlier refusal has caused is not wrong', () => {
    const judgement = judge(PLAIN, failure('42P01', 8), answer(['1', 'x']), failure('42P01', 8))
    expect(judgement).toEqual({ verdict: 'refused', reason: 'follows from an earlier refusal' })
  })
})
