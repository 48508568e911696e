/** pg_type and pg_enum. */
import { unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { TypeInfo } from '../catalog/entries.ts'
import type { Owned } from '../catalog/privilege.ts'
import type { Environment } from '../types/environment.ts'
import { domainDefaultText, known } from './definition.ts'
import { oidOf } from './numbering.ts'
import { ownership, type SystemRow, text } from './row.ts'
import { schemaOid } from './schema.ts'

/** Function names of pg_type's columns, by the kind of type. */
interface Functions {
  readonly input: string
  readonly output: string
  readonly receive: string
  readonly send: string
  readonly analyze?: string
}

const ARRAY: Functions = {
  input: 'array_in',
  output: 'array_out',
  receive: 'array_recv',
  send: 'array_send',
  analyze: 'array_typanalyze',
}
const FUNCTIONS: Readonly<Record<string, Functions>> = {
  c: { input: 'record_in', output: 'record_out', receive: 'record_recv', send: 'record_send' },
  e: { input: 'enum_in', output: 'enum_out', receive: 'enum_recv', send: 'enum_send' },
}

const alignOf = (
  catalog: Catalog,
  type: number,
  builtin: (oid: number) => SystemRow | undefined,
): string | null | undefined => {
  const { kind } = catalog.type(type)
  return kind === 'e' ? 'i' : kind === 'd' ? builtin(catalog.baseType(type))?.typalign : 'd'
}

/** @param builtin a row of pg_type for a built-in type, by oid */
/** The default of a domain, as an expression and as its text. */
const domainDefaultOf = (env: Environment, { domain }: TypeInfo): SystemRow => {
  if (domain?.default === undefined) return {}
  const tree = domainDefaultText(env, domain, domain.default)
  return { typdefaultbin: tree, typdefault: known(tree, false) }
}

/** The types of rows and arrays are their tables' and their elements'. */
const ownedBy = (catalog: Catalog, type: TypeInfo): Owned => {
  const element = type.category === 'A' ? catalog.findType(type.element) : undefined
  const { relation, owner, acl } = element ?? type
  const of = relation === undefined ? owner : catalog.findRelation(relation)?.owner
  return { ...(of === undefined ? {} : { owner: of }), ...(element !== undefined || acl === undefined ? {} : { acl }) }
}

const typeRow = (
  env: Environment,
  type: TypeInfo,
  builtin: (oid: number) => SystemRow | undefined,
  functionOid: (name: string) => string,
): SystemRow => {
  const { catalog } = env
  const isArray = type.category === 'A' && type.element !== 0
  const base = type.domain === undefined ? undefined : builtin(catalog.baseType(type.oid))
  const functions = isArray ? ARRAY : FUNCTIONS[type.kind]
  const elementAlign = isArray ? alignOf(catalog, type.element, builtin) : undefined
  const composite = type.kind === 'c'
  const isEnum = type.kind === 'e'
  return {
    oid: text(type.oid),
    typname: type.name,
    typnamespace: schemaOid(catalog, type.schema),
    ...ownership(env, 'typ', ownedBy(catalog, type)),
    typlen: isEnum ? '4' : (base?.typlen ?? '-1'),
    typbyval: isEnum ? 'true' : (base?.typbyval ?? 'false'),
    typtype: type.kind,
    typcategory: type.category,
    typispreferred: 'false',
    typisdefined: 'true',
    typdelim: base?.typdelim ?? ',',
    typrelid: text(type.relation ?? 0),
    typsubscript: isArray ? functionOid('array_subscript_handler') : '0',
    typelem: text(type.element),
    typarray: text(type.array),
    typinput: functions === undefined ? functionOid('domain_in') : functionOid(functions.input),
    typoutput: functions === undefined ? (base?.typoutput ?? '0') : functionOid(functions.output),
    typreceive: functions === undefined ? functionOid('domain_recv') : functionOid(functions.receive),
    typsend: functions === undefined ? (base?.typsend ?? '0') : functionOid(functions.send),
    typmodin: '0',
    typmodout: '0',
    typanalyze: functions?.analyze === undefined ? (base?.typanalyze ?? '0') : functionOid(functions.analyze),
    typalign: isEnum ? 'i' : (base?.typalign ?? (composite ? 'd' : elementAlign === 'd' ? 'd' : 'i')),
    typstorage: isEnum ? 'p' : (base?.typstorage ?? 'x'),
    ...domainDefaultOf(env, type),
    typnotnull: text(type.domain?.notNull ?? false),
    typbasetype: text(type.domain?.base ?? 0),
    typtypmod: text(type.domain?.typmod ?? -1),
    typndims: '0',
    typcollation: text(type.collation),
  }
}

export const typeRows = (
  env: Environment,
  builtin: (oid: number) => SystemRow | undefined,
  functionOid: (name: string) => string,
): SystemRow[] =>
  [...env.catalog.contents.types.values()]
    .filter(({ relation }) => relation === undefined || env.catalog.contents.relations.get(relation)?.kind !== 'S')
    .filter(
      ({ element }) => env.catalog.contents.relations.get(env.catalog.findType(element)?.relation ?? 0)?.kind !== 'S',
    )
    .map((type) => typeRow(env, type, builtin, functionOid))

export const enumRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.types.values()].flatMap(({ oid, labels = [] }) =>
    labels
      .toSorted((a, b) => a.order - b.order)
      .map(({ label, order }) => {
        // PostgreSQL numbers all labels anew when a float4 does not tell them apart any more.
        if (Math.fround(order) !== order) throw unsupported('the order of this enum')
        return {
          oid: text(oidOf('label', oid, label)),
          enumtypid: text(oid),
          enumsortorder: text(order),
          enumlabel: label,
        }
      }),
  )
