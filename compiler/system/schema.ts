/** The oids of schemas. */
import type { Catalog } from '../catalog/catalog.ts'
import { oidOf } from './numbering.ts'

export const BUILTIN_SCHEMAS: Readonly<Record<string, string>> = {
  pg_catalog: '11',
  pg_toast: '99',
  public: '2200',
  information_schema: '13144',
}

export const schemaOid = (catalog: Catalog, schema: string): string =>
  BUILTIN_SCHEMAS[schema] ?? String(catalog.contents.schemas.get(schema) ?? oidOf('schema', 0, schema))
