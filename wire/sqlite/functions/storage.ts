/**
 * How much room relations take. A file of SQLite is laid out otherwise than PostgreSQL's, so the numbers are the server's
 * own. Manual: "Database Object Size Functions".
 */

import type { Call, Scalars } from '../../../compiler/functions/implementation.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import type { Storage } from '../../../compiler/types/environment.ts'
import { unsupported } from '../../protocol/error.ts'

const storageOf = ({ storage }: Call, name: string): Storage => {
  if (storage === undefined) throw unsupported(`${name}() here`)
  return storage
}

const ofRelation = (name: string, parts: readonly ('table' | 'indexes')[]): Scalars => ({
  [name]: function (this: Call, oid: bigint): Value {
    const storage = storageOf(this, name)
    const sizes = parts.map((part) => storage.relation(Number(oid), part))
    return sizes.reduce<Value>((sum, size) => (sum === null || size === undefined ? null : (sum as bigint) + size), 0n)
  },
})

const main = ofRelation('pg_relation_size', ['table']).pg_relation_size as (this: Call, oid: bigint) => Value

export const storageFunctions: Scalars = {
  ...ofRelation('pg_table_size', ['table']),
  ...ofRelation('pg_indexes_size', ['indexes']),
  ...ofRelation('pg_total_relation_size', ['table', 'indexes']),
  pg_relation_size: function (this: Call, oid: bigint, fork: Value = 'main') {
    return fork === 'main' ? main.call(this, oid) : 0n
  },
  'sql:2325': function (this: Call, oid: bigint) {
    return main.call(this, oid)
  },
  pg_database_size_name: function (this: Call, name: string) {
    if (name !== this.settings.database) throw unsupported('the size of another database')
    return storageOf(this, 'pg_database_size').database()
  },
}
