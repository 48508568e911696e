/**
 * What a server counts. Nothing is counted here: the figures are those of a server whose statistics have just been reset.
 * Manual: "The Cumulative Statistics System".
 */
import type { Scalars } from '../../../compiler/functions/implementation.ts'

const COUNTED: readonly string[] = [
  ...['numscans', 'tuples_returned', 'tuples_fetched', 'tuples_inserted', 'tuples_updated', 'tuples_deleted'],
  ...['tuples_hot_updated', 'tuples_newpage_updated', 'live_tuples', 'dead_tuples', 'mod_since_analyze'],
  ...['ins_since_vacuum', 'blocks_fetched', 'blocks_hit', 'vacuum_count', 'autovacuum_count', 'analyze_count'],
  'autoanalyze_count',
]
const TIMED: readonly string[] = ['vacuum', 'autovacuum', 'analyze', 'autoanalyze']

const constant = (names: readonly string[], value: bigint | number | null): Scalars =>
  Object.fromEntries(names.map((name) => [`pg_stat_get_${name}`, () => value]))

export const statisticsFunctions: Scalars = {
  ...constant(COUNTED, 0n),
  ...constant(
    TIMED.map((action) => `total_${action}_time`),
    0,
  ),
  ...constant(['lastscan', ...TIMED.map((action) => `last_${action}_time`)], null),
}
