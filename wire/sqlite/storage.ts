/** How many bytes of the file a relation takes, as SQLite's dbstat tells. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { uniqueConstraints } from '../../compiler/catalog/constraint.ts'
import { findIndex } from '../../compiler/system/indexes.ts'
import type { Storage } from '../../compiler/types/environment.ts'
import type { SqliteDatabase } from './database.ts'

export const storageOf = (db: SqliteDatabase, catalog: () => Catalog): Storage => {
  const size = (names: readonly string[]): bigint =>
    names.reduce((sum, name) => {
      const [row] = db.all('SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name = :name', { name })
      return sum + (row?.[0] as bigint)
    }, 0n)
  return {
    relation: (oid, part) => {
      const relation = catalog().findRelation(oid)
      if (relation === undefined) {
        const index = part === 'table' ? findIndex(catalog(), oid) : undefined
        return index && size([`${index.relation.physical}.${index.name}`])
      }
      if (part === 'table') return size([relation.physical])
      const constraints = uniqueConstraints(relation).map(({ name }) => `${relation.physical}.${name}`)
      return size([...constraints, ...relation.indexes.map(({ physical }) => physical)])
    },
    database: () => {
      const [row] = db.all('SELECT coalesce(sum(pgsize), 0) FROM dbstat')
      return row?.[0] as bigint
    },
  }
}
