/**
 * Records whose fields are known, which PostgreSQL tells apart by a modifier of the type record (assign_record_type_typmod). Here each
 * shape is a composite type without a name, known to the whole process; a client sees it as record.
 */
import type { TypeInfo } from './entries.ts'
import { OID } from './oid.ts'

export interface RecordField {
  readonly name: string
  readonly type: number
  readonly typmod: number
}

/** Beyond what is ever given to objects of users. */
const FIRST_RECORD_OID = 0xf000_0000

const types: TypeInfo[] = []
const shapes = new Map<string, number>()

const shared = { schema: 'pg_catalog', length: -1, preferred: false, delimiter: ',', collation: 0 } as const

/** The oid of the type of records with these fields; the next one is that of its array. */
export const recordType = (fields: readonly RecordField[]): number => {
  const shape = JSON.stringify(fields.map(({ name, type, typmod }) => [name, type, typmod]))
  const known = shapes.get(shape)
  if (known !== undefined) return known
  const oid = FIRST_RECORD_OID + types.length
  types.push(
    {
      ...shared,
      oid,
      name: 'record',
      kind: 'c',
      category: 'P',
      element: 0,
      array: oid + 1,
      subscript: '-',
      input: 'record_in',
      output: 'record_out',
      fields,
    },
    {
      ...shared,
      oid: oid + 1,
      name: '_record',
      kind: 'b',
      category: 'A',
      element: oid,
      array: 0,
      subscript: 'array_subscript_handler',
      input: 'array_in',
      output: 'array_out',
    },
  )
  shapes.set(shape, oid)
  return oid
}

export const isRecordType = (oid: number): boolean => oid >= FIRST_RECORD_OID

export const findRecordType = (oid: number): TypeInfo | undefined => types[oid - FIRST_RECORD_OID]

/** The type as PostgreSQL calls it: record, or record[]. */
export const shownRecordType = (oid: number): number =>
  isRecordType(oid) ? (findRecordType(oid)?.element === 0 ? OID.record : OID.recordArray) : oid
