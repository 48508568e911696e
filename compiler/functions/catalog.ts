/** Functions about the catalog. Manual: "System Catalog Information Functions" and "Access Privilege Inquiry Functions". */

import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import recordedVersion from '../catalog/data/version.json' with { type: 'json' }
import type { FunctionInfo, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { showSetting } from '../setting/show.ts'
import { makeObjectName } from '../statement/definition.ts'
import { commentKey } from '../system/comments.ts'
import { checkText, indexText, UNKNOWN_TEXT } from '../system/definition.ts'
import { indexesOf, type SystemIndex } from '../system/indexes.ts'
import { oidOf } from '../system/numbering.ts'
import type { Value } from '../tree/value.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { regclassIn, regtypeIn } from '../types/registered.ts'
import type { Call, Scalars } from './implementation.ts'

/** Roles that every database has; the superuser is the one who has made it. */
const SUPERUSER = 10n

const relations = ({ catalog }: Environment): RelationInfo[] => [...catalog.contents.relations.values()]

const findIndex = (env: Environment, oid: bigint): SystemIndex | undefined => {
  for (const relation of relations(env)) {
    const index = indexesOf(relation).find((each) => each.oid === Number(oid))
    if (index !== undefined) return index
  }
  return undefined
}

const isVisible = ({ settings }: Environment, schema: string): boolean =>
  schema === 'pg_catalog' || schema === 'pg_temp_0' || settings.searchPath.includes(schema)

/** A relation's name, qualified where the search path does not find it. */
const qualifiedName = (env: Environment, { schema, name }: RelationInfo): string =>
  isVisible(env, schema) ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`

const known = (text: string): string => {
  if (text.includes(UNKNOWN_TEXT)) throw unsupported('the text of this expression')
  return text
}

/** Pretty printing leaves out the parentheses that are not needed; only around the whole is that simple. */
const pretty = (text: string): string => {
  const inner = /^\(([^()]*)\)$/.exec(text)?.[1]
  if (inner === undefined && text.includes('(')) throw unsupported('the pretty text of this expression')
  return inner ?? text
}

const names = (relation: RelationInfo, numbers: readonly number[]): string =>
  numbers
    .map((number) => quoteIdentifier(relation.columns.find((each) => each.number === number)?.name ?? ''))
    .join(', ')

const ACTIONS = { r: 'RESTRICT', c: 'CASCADE', n: 'SET NULL', d: 'SET DEFAULT' } as const

/** pg_get_constraintdef. */
const constraintDefinition = (env: Environment, oid: bigint, isPretty: boolean): string | null => {
  for (const relation of relations(env)) {
    for (const { name, notNull } of relation.columns)
      if (notNull && oidOf('constraint', relation.oid, makeObjectName(relation.name, name, 'not_null')) === Number(oid))
        return `NOT NULL ${quoteIdentifier(name)}`
    const constraint = relation.constraints.find(({ name }) => oidOf('constraint', relation.oid, name) === Number(oid))
    if (constraint === undefined) continue
    switch (constraint.kind) {
      case 'primary':
        return `PRIMARY KEY (${names(relation, constraint.columns)})`
      case 'unique':
        return `UNIQUE ${constraint.nullsNotDistinct ? 'NULLS NOT DISTINCT ' : ''}(${names(relation, constraint.columns)})`
      case 'check': {
        const text = known(checkText(env, relation, constraint.expression))
        return isPretty ? `CHECK (${pretty(text)})` : `CHECK (${text})`
      }
      case 'foreign': {
        const target = env.catalog.relation(constraint.target)
        const { onUpdate, onDelete, match } = constraint
        return [
          `FOREIGN KEY (${names(relation, constraint.columns)}) REFERENCES ${qualifiedName(env, target)}(${names(target, constraint.targetColumns)})`,
          match === 'f' ? ' MATCH FULL' : '',
          onUpdate === 'a' ? '' : ` ON UPDATE ${ACTIONS[onUpdate]}`,
          onDelete === 'a' ? '' : ` ON DELETE ${ACTIONS[onDelete]}`,
          constraint.deferrable ? ' DEFERRABLE' : '',
          constraint.deferred ? ' INITIALLY DEFERRED' : '',
        ].join('')
      }
      default:
        return constraint satisfies never
    }
  }
  if (oid < BigInt(FIRST_USER_OID)) throw unsupported('the definition of a built-in constraint')
  return null
}

/** pg_get_indexdef. @param column of the index, from 1, or 0 for all of it */
const indexDefinition = (env: Environment, oid: bigint, column: number, isPretty: boolean): string | null => {
  const index = findIndex(env, oid)
  if (index === undefined) {
    if (oid < BigInt(FIRST_USER_OID)) throw unsupported('the definition of a built-in index')
    return null
  }
  const { relation, keys, unique, name, nullsNotDistinct } = index
  const shown = keys.map((number, at) => {
    const key = index.index?.keys[at]
    if (number !== 0 || typeof key !== 'object') return names(relation, [number])
    const text = known(indexText(env, relation, key, 'index expression'))
    // What does not look like a function call stands in parentheses.
    return ['FuncCall', 'CoalesceExpr', 'MinMaxExpr'].some((kind) => kind in key) ? text : `(${text})`
  })
  if (column > 0) return shown[column - 1] ?? ''
  const order = (at: number): string => {
    const option = index.index?.options?.[at] ?? 0
    return ['', ' DESC NULLS LAST', ' NULLS FIRST', ' DESC'][option] ?? ''
  }
  const list = shown.map((key, at) => key + order(at)).join(', ')
  const { predicate } = index.index ?? {}
  const test = predicate === undefined ? '' : known(indexText(env, relation, predicate, 'index predicate'))
  const where = test === '' ? '' : ` WHERE ${isPretty ? pretty(test) : test}`
  const table = isPretty
    ? qualifiedName(env, relation)
    : `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)}`
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(name)} ON ${table} USING btree (${list})${nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''}${where}`
}

const findFunction = ({ catalog }: Environment, oid: bigint): FunctionInfo | undefined => {
  try {
    return catalog.fn(Number(oid))
  } catch {
    return undefined
  }
}

const MODE_NAMES: Readonly<Record<string, string>> = { o: 'OUT ', b: 'INOUT ', v: 'VARIADIC ' }

/** print_function_arguments. */
const functionArguments = (env: Environment, fn: FunctionInfo, all: boolean): string => {
  const modes = fn.modes ?? fn.args.map(() => 'i')
  const types = fn.allArgs ?? fn.args
  if (fn.defaults > 0 && all) throw unsupported('the arguments of a function with defaults')
  return types
    .flatMap((type, at) => {
      const mode = modes[at] ?? 'i'
      if (mode === 't' || (mode === 'o' && !all)) return []
      const name = fn.names?.[at] ?? ''
      return [
        `${MODE_NAMES[mode] ?? ''}${name === '' ? '' : `${quoteIdentifier(name)} `}${formatType(env.catalog, type, -1, env.settings.searchPath)}`,
      ]
    })
    .join(', ')
}

const functionResult = (env: Environment, fn: FunctionInfo): string | null => {
  if (fn.kind === 'p') return null
  const show = (type: number): string => formatType(env.catalog, type, -1, env.settings.searchPath)
  const modes = fn.modes ?? []
  if (modes.includes('t')) {
    const columns = modes.flatMap((mode, at) =>
      mode === 't' ? [`${quoteIdentifier(fn.names?.[at] ?? '')} ${show(fn.allArgs?.[at] ?? 0)}`] : [],
    )
    return `TABLE(${columns.join(', ')})`
  }
  return `${fn.set ? 'SETOF ' : ''}${show(fn.result)}`
}

/** has_table_privilege and its kin: the superuser may do anything with what exists. */
const privilege = function (this: Call, ...args: Value[]): Value {
  if (this.settings.user !== 'postgres') throw unsupported('the privileges of other users')
  for (const arg of args)
    if (typeof arg === 'string' && /[^a-z0-9_ ,."]/i.test(arg)) throw unsupported('this privilege')
  return 1n
}

const comment = (env: Environment, key: string, oid: bigint): Value => {
  if (oid < BigInt(FIRST_USER_OID)) throw unsupported('the description of a built-in object')
  return env.catalog.contents.comments.get(key) ?? null
}

const orNull = (read: () => Value): Value => {
  try {
    return read()
  } catch (error) {
    if (error instanceof PgError && error.code !== '0A000') return null
    throw error
  }
}

/** current_setting(). */
const setting = ({ settings }: Environment, name: string, missingOk: boolean): Value => {
  try {
    return showSetting(settings, name).value
  } catch (error) {
    if (missingOk && error instanceof PgError && error.code === '42704') return null
    throw error
  }
}

export const catalogFunctions: Scalars = {
  pg_get_expr: (tree: string) => known(tree),
  pg_get_expr_ext: (tree: string, _relation: bigint, isPretty: bigint) =>
    isPretty === 1n ? pretty(known(tree)) : known(tree),
  pg_get_constraintdef: function (this: Call, oid: bigint) {
    return constraintDefinition(this, oid, false)
  },
  pg_get_constraintdef_ext: function (this: Call, oid: bigint, isPretty: bigint) {
    return constraintDefinition(this, oid, isPretty === 1n)
  },
  pg_get_indexdef: function (this: Call, oid: bigint) {
    return indexDefinition(this, oid, 0, false)
  },
  pg_get_indexdef_ext: function (this: Call, oid: bigint, column: bigint, isPretty: bigint) {
    return indexDefinition(this, oid, Number(column), isPretty === 1n)
  },
  pg_get_userbyid: (oid: bigint) => {
    if (oid === SUPERUSER) return 'postgres'
    if (oid === 6171n) return 'pg_database_owner'
    throw unsupported('the name of this role')
  },
  pg_get_function_arguments: function (this: Call, oid: bigint) {
    const fn = findFunction(this, oid)
    return fn === undefined ? null : functionArguments(this, fn, true)
  },
  pg_get_function_identity_arguments: function (this: Call, oid: bigint) {
    const fn = findFunction(this, oid)
    return fn === undefined ? null : functionArguments(this, fn, false)
  },
  pg_get_function_result: function (this: Call, oid: bigint) {
    const fn = findFunction(this, oid)
    return fn === undefined ? null : functionResult(this, fn)
  },
  pg_get_serial_sequence: function (this: Call, table: string, column: string) {
    const relation = this.catalog.relation(Number(regclassIn(table, this)))
    const found = relation.columns.find(({ name }) => name === column)
    if (found === undefined)
      throw new PgError('42703', `column "${column}" of relation "${relation.name}" does not exist`)
    const sequence = this.catalog.contents.relations.get(found.sequence ?? 0)
    return sequence === undefined ? null : `${quoteIdentifier(sequence.schema)}.${quoteIdentifier(sequence.name)}`
  },
  pg_table_is_visible: function (this: Call, oid: bigint) {
    const relation = this.catalog.findRelation(Number(oid)) ?? findIndex(this, oid)?.relation
    if (relation !== undefined) return isVisible(this, relation.schema) ? 1n : 0n
    if (oid < BigInt(FIRST_USER_OID)) throw unsupported('the visibility of a built-in relation')
    return null
  },
  pg_type_is_visible: function (this: Call, oid: bigint) {
    const type = this.catalog.findType(Number(oid))
    return type === undefined ? null : isVisible(this, type.schema) ? 1n : 0n
  },
  pg_function_is_visible: function (this: Call, oid: bigint) {
    const fn = findFunction(this, oid)
    return fn === undefined ? null : isVisible(this, fn.schema) ? 1n : 0n
  },
  pg_relation_is_updatable: function (this: Call, oid: bigint) {
    const relation = this.catalog.findRelation(Number(oid))
    // INSERT, UPDATE and DELETE as bits.
    if (relation?.kind === 'r') return 28n
    throw unsupported('whether a view can be updated')
  },
  pg_column_is_updatable: function (this: Call, oid: bigint, column: bigint) {
    const relation = this.catalog.findRelation(Number(oid))
    if (relation?.kind === 'r') return column > 0n ? 1n : 0n
    throw unsupported('whether a view can be updated')
  },
  nameconcatoid: (name: string, oid: bigint) => {
    const suffix = `_${oid}`
    return name.slice(0, 63 - suffix.length) + suffix
  },
  pg_is_other_temp_schema: () => 0n,
  pg_my_temp_schema: () => 0n,
  pg_relation_is_publishable: function (this: Call, oid: bigint) {
    const relation = this.catalog.contents.relations.get(Number(oid))
    return relation?.kind === 'r' ? 1n : 0n
  },
  pg_encoding_to_char: (encoding: bigint) => {
    if (encoding === 6n) return 'UTF8'
    throw unsupported('the name of this encoding')
  },
  set_config_by_name: function (this: Call, name: string | null, value: string | null, local: bigint | null) {
    if (name === null) throw new PgError('22004', 'SET requires parameter name')
    if (this.configure === undefined) throw unsupported('set_config() here')
    return this.configure(name, value ?? undefined, local === 1n)
  },
  pg_encoding_max_length_sql: (encoding: bigint) => {
    if (encoding === 6n) return 4n
    throw unsupported('the length of characters of this encoding')
  },
  pg_is_in_recovery: () => 0n,
  pgsql_version: () => recordedVersion.rows[0]?.[0] ?? '',
  text_regclass: function (this: Call, name: string) {
    return regclassIn(name, this)
  },
  show_config_by_name: function (this: Call, name: string) {
    return setting(this, name, false)
  },
  show_config_by_name_missing_ok: function (this: Call, name: string, missingOk: bigint) {
    return setting(this, name, missingOk === 1n)
  },
  to_regclass: function (this: Call, name: string) {
    return orNull(() => regclassIn(name, this))
  },
  to_regtype: function (this: Call, name: string) {
    return orNull(() => regtypeIn(name, this))
  },
  // obj_description(oid, name), col_description and obj_description(oid) are written in SQL.
  'sql:1215': function (this: Call, oid: bigint, catalog: string) {
    if (!['pg_class', 'pg_type', 'pg_proc', 'pg_namespace', 'pg_constraint', 'pg_trigger'].includes(catalog))
      throw unsupported(`the descriptions of ${catalog}`)
    return comment(this, commentKey(catalog as 'pg_class', Number(oid)), oid)
  },
  'sql:1216': function (this: Call, oid: bigint, column: bigint) {
    return comment(this, commentKey('pg_class', Number(oid), Number(column)), oid)
  },
  ...Object.fromEntries(
    [
      'has_table_privilege',
      'has_column_privilege',
      'has_any_column_privilege',
      'has_schema_privilege',
      'has_database_privilege',
      'has_function_privilege',
      'has_sequence_privilege',
      'has_type_privilege',
      'pg_has_role',
    ].flatMap((name) =>
      [
        'name_name',
        'name_id',
        'id_name',
        'id_id',
        'name',
        'id',
        'name_attnum',
        'id_attnum',
        'name_name_name',
        'id_name_name',
      ].map((form) => [`${name}_${form}`, privilege] as const),
    ),
  ),
}
