/**
 * The catalog: what exists in a database. Immutable: a schema change makes a new catalog, so a transaction or a
 * savepoint rolls back by going back to the one it began with.
 */
import { PgError } from '../../wire/protocol/error.ts'
import {
  castsByPair,
  functionsByName,
  functionsByOid,
  informationFunctionsByName,
  informationTypesByName,
  type OrderingInfo,
  operatorsByName,
  operatorsByOid,
  orderingsByType,
  RANGES,
  relationsByName,
  relationsByOid,
  typesByName,
  typesByOid,
} from './builtin.ts'
import type {
  CastInfo,
  EventTriggerInfo,
  FunctionInfo,
  OperatorInfo,
  PublicationInfo,
  RelationInfo,
  TypeInfo,
} from './entries.ts'
import { OID } from './oid.ts'
import type { DefaultAcl, Owned } from './privilege.ts'
import { findRecordType } from './record-type.ts'
import { DATABASE_OWNER, type Membership, OWNER_ROLE, PUBLIC, type RoleInfo, type RoleSettings } from './role.ts'
import type { UncommittedEnums } from './uncommitted-enum.ts'

/** PostgreSQL gives objects that users make oids from here on. */
export const FIRST_USER_OID = 16_384

interface Contents {
  readonly nextOid: number
  readonly schemas: ReadonlyMap<string, number>
  readonly relations: ReadonlyMap<number, RelationInfo>
  readonly types: ReadonlyMap<number, TypeInfo>
  readonly functions: ReadonlyMap<number, FunctionInfo>
  /** COMMENTs, by what they are on. */
  readonly comments: ReadonlyMap<string, string>
  readonly publications: ReadonlyMap<number, PublicationInfo>
  readonly eventTriggers: ReadonlyMap<number, EventTriggerInfo>
  /** Databases that have been made beside this one. */
  readonly databases: ReadonlySet<string>
  readonly roles: ReadonlyMap<number, RoleInfo>
  readonly memberships: readonly Membership[]
  /** What schemas and the database itself have of owners and privileges. */
  readonly schemaOwners: ReadonlyMap<string, Owned>
  readonly database: Owned
  readonly defaultAcls: readonly DefaultAcl[]
  readonly uncommittedEnums: UncommittedEnums
  /** What sessions begin with. */
  readonly roleSettings: readonly RoleSettings[]
}

const right = (grantee: number, grantor: number, rights: string) => ({ grantee, grantor, rights, grantable: '' })

const EMPTY: Contents = {
  nextOid: FIRST_USER_OID,
  schemas: new Map([
    ['pg_catalog', 11],
    ['public', 2200],
    ['information_schema', 13_000],
  ]),
  relations: new Map(),
  types: new Map(),
  functions: new Map(),
  comments: new Map(),
  publications: new Map(),
  eventTriggers: new Map(),
  databases: new Set(),
  roles: new Map(),
  memberships: [],
  schemaOwners: new Map<string, Owned>([
    [
      'public',
      { owner: DATABASE_OWNER, acl: [right(DATABASE_OWNER, DATABASE_OWNER, 'UC'), right(PUBLIC, DATABASE_OWNER, 'U')] },
    ],
    ...['pg_catalog', 'information_schema'].map((name): [string, Owned] => [
      name,
      { acl: [right(OWNER_ROLE, OWNER_ROLE, 'UC'), right(PUBLIC, OWNER_ROLE, 'U')] },
    ]),
  ]),
  database: {},
  defaultAcls: [],
  uncommittedEnums: new Map(),
  roleSettings: [],
}

const qualified = (schema: string, name: string): string => `${schema}\0${name}`

/** By schema and name: made when it is needed, as most catalogs of a schema change are steps to the next one. */
const byName = <Entry extends { readonly schema: string; readonly name: string }>() => {
  const known = new WeakMap<ReadonlyMap<number, Entry>, ReadonlyMap<string, readonly Entry[]>>()
  return (entries: ReadonlyMap<number, Entry>, schema: string, name: string): readonly Entry[] | undefined => {
    let names = known.get(entries)
    if (names === undefined) {
      names = Map.groupBy(entries.values(), (each) => qualified(each.schema, each.name))
      known.set(entries, names)
    }
    return names.get(qualified(schema, name))
  }
}

const relationsNamed = byName<RelationInfo>()
const typesNamed = byName<TypeInfo>()
const functionsNamed = byName<FunctionInfo>()

let versions = 0

export class Catalog {
  readonly contents: Contents
  /** No two catalogs of a process have the same. */
  readonly version = ++versions

  constructor(contents: Contents = EMPTY) {
    this.contents = contents
  }

  with(changes: Partial<Contents>): Catalog {
    return new Catalog({ ...this.contents, ...changes })
  }

  /** The catalog once the transaction that has made it is committed. */
  committed(): Catalog {
    return this.contents.uncommittedEnums.size === 0 ? this : this.with({ uncommittedEnums: new Map() })
  }

  /** A catalog with one more or one changed relation. */
  withRelation(relation: RelationInfo): Catalog {
    if (relation.oid < FIRST_USER_OID)
      throw new PgError('42501', `permission denied: "${relation.name}" is a system catalog`)
    return this.with({ relations: new Map(this.contents.relations).set(relation.oid, relation) })
  }

  withType(type: TypeInfo): Catalog {
    return this.with({ types: new Map(this.contents.types).set(type.oid, type) })
  }

  hasSchema(name: string): boolean {
    return this.contents.schemas.has(name)
  }

  /** The type of an oid; those of objects that do not exist any more are unknown. */
  type(oid: number): TypeInfo {
    const type = this.findType(oid)
    if (type === undefined) throw new Error(`no type with oid ${oid}`)
    return type
  }

  findType(oid: number): TypeInfo | undefined {
    return typesByOid.get(oid) ?? this.contents.types.get(oid) ?? findRecordType(oid)
  }

  typeNamed(schema: string, name: string): TypeInfo | undefined {
    return (
      (schema === 'pg_catalog'
        ? typesByName.get(name)
        : schema === 'information_schema'
          ? informationTypesByName.get(name)
          : undefined) ?? typesNamed(this.contents.types, schema, name)?.at(-1)
    )
  }

  relation(oid: number): RelationInfo {
    const relation = this.contents.relations.get(oid) ?? relationsByOid.get(oid)
    if (relation === undefined) throw new Error(`no relation with oid ${oid}`)
    return relation
  }

  findRelation(oid: number): RelationInfo | undefined {
    return this.contents.relations.get(oid) ?? relationsByOid.get(oid)
  }

  relationNamed(schema: string, name: string): RelationInfo | undefined {
    return relationsNamed(this.contents.relations, schema, name)?.at(-1) ?? relationsByName.get(`${schema}.${name}`)
  }

  findFn(oid: number): FunctionInfo | undefined {
    return functionsByOid.get(oid) ?? this.contents.functions.get(oid)
  }

  fn(oid: number): FunctionInfo {
    const fn = this.findFn(oid)
    if (fn === undefined) throw new Error(`no function with oid ${oid}`)
    return fn
  }

  functionsNamed(schema: string, name: string): readonly FunctionInfo[] {
    const own = functionsNamed(this.contents.functions, schema, name) ?? []
    const builtin =
      schema === 'pg_catalog'
        ? functionsByName.get(name)
        : schema === 'information_schema'
          ? informationFunctionsByName.get(name)
          : undefined
    return builtin === undefined ? own : [...builtin, ...own]
  }

  operatorsNamed(name: string): readonly OperatorInfo[] {
    return operatorsByName.get(name) ?? []
  }

  findOperator(oid: number): OperatorInfo | undefined {
    return operatorsByOid.get(oid)
  }

  operator(oid: number): OperatorInfo {
    const operator = this.findOperator(oid)
    if (operator === undefined) throw new Error(`no operator with oid ${oid}`)
    return operator
  }

  cast(source: number, target: number): CastInfo | undefined {
    return castsByPair.get(`${source}>${target}`)
  }

  /** The type below a domain; any other type is its own. */
  baseType(oid: number): number {
    for (let type = this.type(oid); ; type = this.type(type.domain.base)) {
      if (type.domain === undefined) return type.oid
    }
  }

  /** The element type of a true array type, or 0. */
  elementType(oid: number): number {
    const type = this.type(oid)
    return type.subscript === 'array_subscript_handler' && type.length === -1 ? type.element : 0
  }

  isArray(oid: number): boolean {
    return this.elementType(oid) !== 0
  }

  rangeSubtype(oid: number): number {
    return RANGES.find(({ range }) => range === oid)?.subtype ?? 0
  }

  multirangeRange(oid: number): number {
    return RANGES.find(({ multirange }) => multirange === oid)?.range ?? 0
  }

  rangeMultirange(oid: number): number {
    return RANGES.find(({ range }) => range === oid)?.multirange ?? 0
  }

  rangeOf(subtype: number): number {
    return RANGES.find((range) => range.subtype === subtype)?.range ?? 0
  }

  /** The operators that sort a type: of its default btree operator class. */
  ordering(oid: number): OrderingInfo | undefined {
    const type = this.type(this.baseType(oid))
    const own = orderingsByType.get(type.oid)
    if (own !== undefined) return own
    if (type.oid === OID.varchar) return orderingsByType.get(OID.text)
    if (this.isArray(type.oid)) return orderingsByType.get(OID.anyarray)
    if (type.kind === 'e') return orderingsByType.get(OID.anyenum)
    if (type.kind === 'r') return orderingsByType.get(OID.anyrange)
    if (type.kind === 'm') return orderingsByType.get(OID.anymultirange)
    if (type.kind === 'c') return orderingsByType.get(OID.record)
    if (type.oid === OID.cidr) return orderingsByType.get(OID.inet)
    const asOid = castsByPair.get(`${type.oid}>${OID.oid}`)
    if (asOid?.method === 'b' && asOid.context === 'i') return orderingsByType.get(OID.oid)
    return undefined
  }

  /** The fields of a composite type. */
  fields(oid: number): { readonly name: string; readonly type: number; readonly typmod: number }[] | undefined {
    const { relation, fields } = this.type(this.baseType(oid))
    if (fields !== undefined) return [...fields]
    return relation === undefined ? undefined : [...this.relation(relation).columns]
  }
}
