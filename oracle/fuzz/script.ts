/** Random scripts: a schema, and statements that read, change and redefine it, in transactions and outside. */
import fc, { type Arbitrary } from 'fast-check'
import { change } from './change.ts'
import { definition, transaction } from './definition.ts'
import { query } from './query.ts'
import { schema } from './schema.ts'

export interface RandomScript {
  readonly setup: readonly string[]
  readonly statements: readonly string[]
}

/** What is asked of both when the script has ended: all that it has left behind. */
export const FINALLY: readonly string[] = [
  'rollback',
  'select * from q order by id',
  'select * from r order by id',
  `select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
     where table_schema = 'public' order by table_name, ordinal_position`,
  `select conrelid::regclass::text, conname, contype from pg_constraint
     where connamespace = 'public'::regnamespace order by 1, 2`,
  "select relname, relkind from pg_class where relnamespace = 'public'::regnamespace order by 1, 2",
]

/** @param depth of the expressions in it, at most */
export const script = (depth: number): Arbitrary<RandomScript> =>
  fc.record({
    setup: schema,
    statements: fc.array(
      fc.oneof(
        { arbitrary: change(Math.min(depth, 2)), weight: 8 },
        { arbitrary: query(Math.min(depth, 2)), weight: 3 },
        { arbitrary: definition, weight: 4 },
        { arbitrary: transaction, weight: 3 },
      ),
      { minLength: 5, maxLength: 30, size: 'max' },
    ),
  })
