/** Random statements that change rows. */
import fc, { type Arbitrary } from 'fast-check'
import { expression } from './expression.ts'
import { TABLES } from './schema.ts'
import { COLUMNS, TYPES, type TypeName } from './type.ts'

const id = fc.integer({ min: 0, max: 12 }).map(String)
const tableName = fc.constantFrom(...TABLES)

const columnOf = (type: TypeName): Arbitrary<string> => fc.constantFrom(...COLUMNS[type])

/** `column = value` for a random column. @param alias of what the value is made of; none for constants */
const assignment = (depth: number, alias: string | undefined): Arbitrary<string> =>
  fc
    .constantFrom(...TYPES)
    .chain((type) =>
      fc.tuple(
        columnOf(type),
        fc.oneof(
          { arbitrary: expression(type, depth, alias), weight: 8 },
          { arbitrary: fc.constant('default'), weight: 1 },
        ),
      ),
    )
    .map(([column, value]) => `${column} = ${value}`)

const assignments = (depth: number, alias: string | undefined): Arbitrary<string> =>
  fc
    .uniqueArray(assignment(depth, alias), {
      minLength: 1,
      maxLength: 3,
      selector: (text) => text.slice(0, text.indexOf(' ')),
    })
    .map((items) => items.join(', '))

const condition = (depth: number, alias: string): Arbitrary<string> =>
  fc.oneof(
    expression('bool', depth, alias),
    id.map((value) => `${alias}.id = ${value}`),
    fc.constant(`${alias}.id % 2 = 0`),
  )

const returning = (depth: number, alias: string): Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('', ' returning id', ' returning *', ' returning old.id, new.t'),
    expression('text', depth, alias).map((value) => ` returning id, ${value}`),
  )

const onConflict = (depth: number, table: string): Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('', ' on conflict do nothing', ' on conflict (id) do nothing'),
    assignments(depth, 'excluded').map((set) => ` on conflict (id) do update set ${set}`),
    fc
      .tuple(assignments(depth, table), expression('bool', depth, 'excluded'))
      .map(([set, test]) => ` on conflict (id) do update set ${set} where ${test}`),
  )

const insert = (depth: number): Arbitrary<string> =>
  fc
    .tuple(tableName, fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 3 }))
    .chain(([table, types]) => {
      const row = fc
        .tuple(id, ...types.map((type) => expression(type, Math.min(depth, 1), undefined)))
        .map((values) => `(${values.join(', ')})`)
      return fc
        .tuple(
          fc.tuple(...types.map(columnOf)),
          fc.array(row, { minLength: 1, maxLength: 3 }),
          onConflict(depth, table),
          returning(depth, table),
        )
        .map(
          ([columns, rows, conflict, back]) =>
            `insert into ${table} (id, ${columns.join(', ')}) values ${rows.join(', ')}${conflict}${back}`,
        )
    })

const insertSelect = (depth: number): Arbitrary<string> =>
  fc
    .constantFrom(...TYPES)
    .chain((type) => fc.tuple(columnOf(type), expression(type, depth, 'r'), condition(depth, 'r'), onConflict(0, 'q')))
    .map(
      ([column, value, test, conflict]) =>
        `insert into q (id, ${column}) select r.id + 5, ${value} from r where ${test}${conflict}`,
    )

const update = (depth: number): Arbitrary<string> =>
  tableName.chain((table) =>
    fc
      .tuple(assignments(depth, table), condition(depth, table), returning(depth, table))
      .map(([set, test, back]) => `update ${table} set ${set} where ${test}${back}`),
  )

const updateFrom = (depth: number): Arbitrary<string> =>
  fc
    .tuple(assignments(depth, 'r'), condition(depth, 'r'))
    .map(([set, test]) => `update q set ${set} from r where q.id = r.id and ${test}`)

const remove = (depth: number): Arbitrary<string> =>
  tableName.chain((table) =>
    fc
      .tuple(condition(depth, table), returning(depth, table))
      .map(([test, back]) => `delete from ${table} where ${test}${back}`),
  )

const modifyingWith = (depth: number): Arbitrary<string> =>
  fc
    .tuple(assignments(depth, 'q'), condition(depth, 'q'), condition(depth, 'r'))
    .map(
      ([set, test, other]) =>
        `with changed as (update q set ${set} where ${test} returning id, t) select r.id, changed.t from r left join changed on changed.id = r.id where ${other}`,
    )

const merge = (depth: number): Arbitrary<string> =>
  fc
    .tuple(condition(depth, 'r'), assignments(depth, 'r'), expression('text', depth, 'r'))
    .map(
      ([test, set, value]) =>
        `merge into q using r on q.id = r.id when matched and ${test} then update set ${set} when matched then delete when not matched then insert (id, t) values (r.id, ${value})`,
    )

/** A statement that inserts, updates or deletes, with expressions nested up to `depth`. */
export const change = (depth: number): Arbitrary<string> =>
  fc.oneof(
    { arbitrary: insert(depth), weight: 4 },
    { arbitrary: insertSelect(depth), weight: 1 },
    { arbitrary: update(depth), weight: 4 },
    { arbitrary: updateFrom(depth), weight: 1 },
    { arbitrary: remove(depth), weight: 2 },
    { arbitrary: modifyingWith(depth), weight: 1 },
    { arbitrary: merge(depth), weight: 1 },
    {
      arbitrary: fc.constantFrom(
        'delete from r using q where q.id = r.id and q.id > 3',
        'truncate r',
        'truncate q cascade',
      ),
      weight: 1,
    },
  )
