/** Bugs to plant in rules of the compiler and of the session: each must be noticed by the corpus. */

export interface Mutant {
  readonly name: string
  /** From the project's folder. */
  readonly file: string
  /** Stands there exactly once. */
  readonly from: string
  readonly to: string
}

const mutant = (name: string, file: string, from: string, to: string): Mutant => ({ name, file, from, to })

export const MUTANTS: readonly Mutant[] = [
  mutant(
    'descending order puts NULLs last',
    'compiler/bind/sort.ts',
    "nulls !== 'SORTBY_NULLS_LAST' && descending",
    "nulls !== 'SORTBY_NULLS_LAST' && !descending",
  ),
  mutant('ROLLUP forgets the grand total', 'compiler/bind/group.ts', '.concat([[]])', ''),
  mutant('CUBE has no empty set', 'compiler/bind/group.ts', 'mask >= 0; mask--', 'mask > 0; mask--'),
  mutant(
    'what is not grouped is not NULL',
    'compiler/lower/query.ts',
    'if (!group?.plain && !isGrouped(index)) return literal(null)',
    '',
  ),
  mutant(
    'EXCEPT ALL counts the other way',
    'compiler/lower/set-operation.ts',
    "infix('<=', copy, infix('-', lefts, rights))",
    "infix('<=', copy, infix('-', rights, lefts))",
  ),
  mutant(
    'INTERSECT ALL takes the larger count',
    'compiler/lower/set-operation.ts',
    "call('min', lefts, rights)",
    "call('max', lefts, rights)",
  ),
  mutant('keys of char(n) keep their blanks', 'compiler/lower/key.ts', "call('rtrim', sql, literal(' '))", 'sql'),
  mutant(
    'PRECEDING and FOLLOWING are exchanged',
    'compiler/lower/window.ts',
    "=== 'preceding' ? 'PRECEDING' : 'FOLLOWING' }",
    "=== 'preceding' ? 'FOLLOWING' : 'PRECEDING' }",
  ),
  mutant('EXCLUDE TIES excludes the group', 'compiler/lower/window.ts', "ties: 'TIES'", "ties: 'GROUP'"),
  mutant(
    'IS DISTINCT FROM is negated',
    'compiler/lower/expression.ts',
    "expr.negated ? 'IS' : 'IS NOT', left, right",
    "expr.negated ? 'IS NOT' : 'IS', left, right",
  ),
  mutant(
    'NOT IN is IN',
    'compiler/lower/expression.ts',
    'items: expr.items.map(lower), negated: expr.negated }',
    'items: expr.items.map(lower), negated: false }',
  ),
  mutant(
    'rows compare by their last field alone',
    'compiler/lower/expression.ts',
    '{ when: order, result: literal(1n) },',
    '{ when: order, result: rest },',
  ),
  mutant(
    'AND in a value is computed to its end',
    'compiler/sqlite/operand-order.ts',
    'return fails || reordered || dropped ?',
    'return false ?',
  ),
  mutant(
    'ALL is ANY',
    'compiler/lower/subquery.ts',
    "const decisive = expr.all ? prefix('NOT', condition) : condition",
    'const decisive = condition',
  ),
  mutant(
    'NULL in a subquery counts as not found',
    'compiler/lower/subquery.ts',
    "{ when: found(postfix(condition, 'IS NULL')), result: NULL },",
    '',
  ),
  mutant(
    'a scalar subquery takes the first of several rows',
    'compiler/lower/subquery.ts',
    'if (rows.length > 1)',
    'if (rows.length > 1_000_000)',
  ),
  mutant(
    'strict calls with NULL are computed',
    'compiler/evaluate/fold.ts',
    'if (fn.strict && folded.args.some',
    'if (false && folded.args.some',
  ),
  mutant(
    'branches that are never taken are computed',
    'compiler/evaluate/fold.ts',
    'if (isFalse(test) || isNull(test)) continue',
    'if (isNull(test)) continue',
  ),
  mutant(
    'int4 addition wraps to int8',
    'compiler/functions/integer.ts',
    'pl`]: checked(range, (a, b) => a + b),',
    'pl`]: (a: bigint, b: bigint) => a + b,',
  ),
  mutant(
    'division rounds down',
    'compiler/functions/integer.ts',
    '  return a / b\n',
    '  return a / b - (a % b < 0n ? 1n : 0n)\n',
  ),
  mutant(
    'the least bigint is out of range',
    'compiler/types/integer.ts',
    'min: -(2n ** 63n)',
    'min: -(2n ** 63n) + 1n',
  ),
  mutant(
    '_ matches nothing but itself',
    'compiler/functions/like.ts',
    "(current === '_' && wanted === '_') || wanted === characters[at]",
    'wanted === characters[at]',
  ),
  mutant('% does not give back', 'compiler/functions/like.ts', 'if (starToken < 0) return false', 'return false'),
  mutant(
    'numbers of equal value and other scale have other keys',
    'compiler/types/numeric.ts',
    "text.replace(/0+$/, '')",
    'text',
  ),
  mutant('negative numbers sort as positive ones', 'compiler/types/numeric.ts', 'String(9 - Number(digit))', 'digit'),
  mutant(
    'shortest floats take the ends of their interval',
    'compiler/types/float.ts',
    'if (!isMidpoint(text, value)) return text',
    'return text',
  ),
  mutant('domains accept NULL', 'compiler/evaluate/evaluate.ts', '.notNull', '.notNull && false'),
  mutant(
    'ON DELETE SET NULL cascades',
    'wire/sqlite/foreign-key.ts',
    "if (action === 'c' && row === undefined) {",
    'if (row === undefined) {',
  ),
  mutant(
    'references are not checked when NULL and not',
    'wire/sqlite/foreign-key.ts',
    "key.match === 'f' && nulls < own.length",
    'false',
  ),
  mutant(
    'RESTRICT waits for the end',
    'wire/sqlite/foreign-key.ts',
    "      case 'r':\n        throw",
    "      case 'r':\n        if (false) throw",
  ),
  mutant(
    'jsonb arrays sort by their items first',
    'compiler/types/json.ts',
    '{countKey(json.length)}',
    '{countKey(0)}',
  ),
  mutant(
    'unknown literals prefer nothing',
    'compiler/bind/candidate.ts',
    'info.category === category && info.preferred',
    'info.category === category && !info.preferred',
  ),
  mutant(
    'USING shows the right side first',
    'compiler/bind/from.ts',
    "{ kind: 'coalesce', args: [lc, rc]",
    "{ kind: 'coalesce', args: [rc, lc]",
  ),
  mutant('savepoints forget to roll back', 'wire/sqlite/transaction.ts', 'this.#host.restore(savepoint.state)', ''),
  mutant('an aborted block goes on', 'wire/sqlite/session.ts', 'if (this.#transaction.failed && !ends)', 'if (false)'),
  mutant('sequences start again', 'wire/sqlite/sequences.ts', 'value += info.increment', 'value -= info.increment'),
  mutant(
    'currval() without nextval()',
    'wire/sqlite/sequences.ts',
    'const value = this.#drawn.get(oid)',
    'const value = this.#drawn.get(oid) ?? 1n',
  ),
  mutant(
    'md5() of other bytes',
    'compiler/functions/text.ts',
    'md5_text: (text: string) => toHex(md5(bytesOf(text)))',
    'md5_text: (text: string) => toHex(md5(bytesOf(text.trim())))',
  ),
  mutant(
    'columns of UNION keep the left modifier',
    'compiler/statement/select.ts',
    'mine.typmod === theirs.typmod ? mine : { ...mine, typmod: -1 }',
    'true ? mine : mine',
  ),
  mutant(
    'indexes forget their predicate',
    'compiler/statement/physical.ts',
    "computed?.predicate === undefined ? '' :",
    "true ? '' :",
  ),
  mutant(
    'ON CONFLICT looks at no index on expressions',
    'wire/sqlite/write.ts',
    'arbiter.computed && conflictInIndex(',
    'undefined && conflictInIndex(',
  ),
]
