/**
 * Integer arithmetic where SQLite takes no functions: in SQL, with the errors that PostgreSQL has. SQLite computes in 64
 * bits and turns what does not fit into a real number; an error of any text can be raised by a bad JSON path.
 */
import { call, infix, literal, type Sql, when } from '../sqlite/tree.ts'
import { INT2, INT4, INT8, type IntegerRange } from '../types/integer.ts'

/**
 * Fails the statement with an SQLSTATE and a message. The session knows such messages by their mark.
 * @param witness a value of the row at hand: SQLite computes what is constant beforehand. There is no error where it is NULL
 */
export const raise = (code: string, message: string, witness: Sql): Sql =>
  call(
    'json_extract',
    literal('{}'),
    infix('||', literal(`!${code} ${message}`), call('substr', witness, literal(1n), literal(0n))),
  )

/** The result of a computation, if it is in a range. NULL stays NULL. */
const checked = (result: Sql, { name, min, max }: IntegerRange): Sql => {
  const error = raise('22003', `${name} out of range`, result)
  if (max === INT8.max) return when(infix('=', call('typeof', result), literal('real')), error, result)
  const outside = infix('OR', infix('<', result, literal(min)), infix('>', result, literal(max)))
  return when(outside, error, result)
}

const SYMBOLS = { pl: '+', mi: '-', mul: '*' } as const

/** By C symbol; for operands of one or of two widths. */
const RANGES: Readonly<Record<string, IntegerRange>> = {
  int2: INT2,
  int4: INT4,
  int8: INT8,
  int24: INT4,
  int42: INT4,
  int28: INT8,
  int82: INT8,
  int48: INT8,
  int84: INT8,
}

/** NULL by zero is NULL: then the witness is. */
const zero = (left: Sql, right: Sql): Sql => raise('22012', 'division by zero', infix('||', left, right))

/** The SQL of an arithmetic function of integers, or nothing. */
export const checkedArithmetic = (source: string, args: readonly Sql[]): Sql | undefined => {
  const [, prefix = '', operation = ''] = /^(int\d+)(pl|mi|mul|div|mod|um|abs)$/.exec(source) ?? []
  const range = RANGES[prefix]
  const [left, right] = args
  if (range === undefined || left === undefined) return undefined
  switch (operation) {
    case 'pl':
    case 'mi':
    case 'mul':
      return right && checked(infix(SYMBOLS[operation], left, right), range)
    case 'div':
      return right && when(infix('=', right, literal(0n)), zero(left, right), checked(infix('/', left, right), range))
    case 'mod':
      // The least integer by -1 overflows in SQLite, where PostgreSQL has 0.
      return (
        right &&
        when(
          infix('=', right, literal(0n)),
          zero(left, right),
          when(infix('=', right, literal(-1n)), infix('-', left, left), infix('%', left, right)),
        )
      )
    case 'um':
      return checked(infix('-', literal(0n), left), range)
    case 'abs':
      return when(infix('<', left, literal(0n)), checked(infix('-', literal(0n), left), range), left)
    default:
      return undefined
  }
}
