/** Declarations: the variables of a block, made anew each time that it is entered. */
import { rootScope } from '../../../compiler/bind/scope.ts'
import { makeStatement } from '../../../compiler/bind/statement.ts'
import { resolveTypeName } from '../../../compiler/bind/type-name.ts'
import type { Variables } from '../../../compiler/bind/variable.ts'
import { OID } from '../../../compiler/catalog/oid.ts'
import { parse } from '../../../compiler/parse.ts'
import type { Environment } from '../../../compiler/types/environment.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import { evaluateExpression } from './expressions.ts'
import type { Frame } from './frame.ts'

export interface DeclaredType {
  readonly type: number
  readonly typmod: number
}

/** The type that a declaration names, `%TYPE` and `%ROWTYPE` included. @throws PgError 42704, 42P01, 42703 */
export const declaredType = (env: Environment, text: string, variables: Variables | undefined): DeclaredType => {
  const statement = { ...makeStatement('', env.catalog, env.settings, env.clock, undefined, []), variables }
  const [parsed] = parse(`create function f(x ${text.replace(/%type$/i, '%type')}) returns void language sql as ''`)
  const [parameter] = (parsed?.node.parameters ?? []) as { FunctionParameter: { argType: never } }[]
  if (parameter === undefined) throw unsupported(`the type ${text} in a declaration`)
  return resolveTypeName(rootScope(statement), parameter.FunctionParameter.argType)
}

/** The variables that a cursor's arguments are. @param row of them */
export const argumentsOf = (frame: Frame, row: number): number[] => {
  const datum = frame.datum(row)
  return datum.kind === 'row' ? datum.fields.map(({ varno }) => varno) : []
}

/** Makes variables known and gives them their first values. The arguments of cursors are known to their queries only. */
export const declare = (frame: Frame, numbers: readonly number[], label: string | undefined): void => {
  const names = new Set<string>()
  const hidden = new Set(
    numbers.flatMap((number) => {
      const datum = frame.datum(number)
      return datum.kind === 'var' && datum.cursorArgs !== undefined ? argumentsOf(frame, datum.cursorArgs) : []
    }),
  )
  for (const number of numbers) {
    const datum = frame.datum(number)
    if (datum.kind === 'row' || datum.kind === 'field' || hidden.has(number)) continue
    if (names.has(datum.name)) throw unsupported('a name that is declared twice in a block')
    names.add(datum.name)
  }
  frame.enter(label, [])
  const made: number[] = []
  for (const number of numbers) {
    makeSlot(frame, number)
    if (!hidden.has(number)) made.push(number)
    // What is declared further down sees what stands above it.
    frame.leave()
    frame.enter(label, made)
  }
}

const makeSlot = (frame: Frame, number: number): void => {
  const datum = frame.datum(number)
  const env = frame.host.environment
  if (datum.kind === 'record') {
    const rowType = datum.typeName === undefined ? 0 : declaredType(env, datum.typeName, undefined).type
    frame.slots.set(number, {
      kind: 'record',
      name: datum.name,
      rowType,
      columns: rowType === 0 ? undefined : (env.catalog.fields(rowType) ?? []),
      values: null,
    })
    if (datum.default !== undefined) {
      const { value, type } = evaluateExpression(frame, datum.default)
      frame.assign(number, value, type)
    }
    return
  }
  if (datum.kind !== 'var') return
  const { type, typmod } =
    datum.cursor === undefined
      ? declaredType(env, datum.typeName, frame.variables)
      : { type: OID.refcursor, typmod: -1 }
  const fields = env.catalog.fields(type)
  if (fields !== undefined && env.catalog.type(type).domain === undefined) {
    frame.slots.set(number, { kind: 'record', name: datum.name, rowType: type, columns: fields, values: null })
    if (datum.default !== undefined) {
      const { value, type: from } = evaluateExpression(frame, datum.default)
      frame.assign(number, value, from)
    }
    return
  }
  const first = datum.default && evaluateExpression(frame, datum.default)
  const slot = {
    kind: 'scalar' as const,
    name: datum.name,
    type,
    typmod,
    constant: false,
    notNull: false,
    value: null,
  }
  frame.slots.set(number, slot)
  if (first !== undefined) frame.assign(number, first.value, first.type)
  else if (env.catalog.type(type).domain !== undefined) frame.assign(number, null, env.catalog.baseType(type))
  if (datum.notNull && frame.captured(String(number)).value === null)
    throw new PgError('22004', `null value cannot be assigned to variable "${datum.name}" declared NOT NULL`)
  frame.slots.set(number, {
    ...slot,
    constant: datum.constant,
    notNull: datum.notNull,
    value: frame.captured(String(number)).value,
  })
}
