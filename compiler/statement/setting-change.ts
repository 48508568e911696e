/** SET and RESET as a function, a role or a database keeps them. After ExtractSetVariableArgs and GUCArrayAdd in guc.c. */
import type * as Ast from '@pgsql/types'
import { quoteIdentifier } from '../types/identifier.ts'

/** SET of a parameter; RESET where there is no value, of all of them where there is no name. */
export interface SettingChange {
  /** In small letters. */
  readonly name: string | undefined
  readonly value: string | undefined
}

export type KeptSettings = readonly (readonly [name: string, value: string])[]

const textOf = (node: Ast.Node): string | undefined => {
  if (!('A_Const' in node)) return undefined
  const { sval, ival, fval, boolval } = node.A_Const
  if (sval !== undefined) return sval.sval ?? ''
  if (fval !== undefined) return fval.fval ?? '0'
  return ival === undefined ? String(boolval?.boolval ?? false) : String(ival.ival ?? 0)
}

/** @returns nothing for what has another form */
export const settingChange = (statement: Ast.VariableSetStmt): SettingChange | undefined => {
  const { kind, args = [], name: written = '' } = statement
  if (kind === 'VAR_RESET_ALL') return { name: undefined, value: undefined }
  const name = written.toLowerCase()
  if (kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT') return { name, value: undefined }
  const values = args.map(textOf)
  if (kind !== 'VAR_SET_VALUE' || values.includes(undefined)) return undefined
  const shown = values.map((value) => (name === 'search_path' ? quoteIdentifier(value ?? '') : value))
  return { name, value: shown.join(', ') }
}

export const changedSettings = (before: KeptSettings, changes: readonly SettingChange[]): KeptSettings => {
  const settings = new Map(before)
  for (const { name, value } of changes) {
    if (name === undefined) settings.clear()
    else if (value === undefined) settings.delete(name)
    else settings.set(name, value)
  }
  return [...settings]
}
