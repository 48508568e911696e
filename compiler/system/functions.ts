/** pg_proc. */
import type { FunctionInfo } from '../catalog/entries.ts'
import { spelledSetting } from '../setting/spelling.ts'
import type { Environment } from '../types/environment.ts'
import { UNKNOWN_TEXT } from './definition.ts'
import { list, ownership, type SystemRow, text, vector } from './row.ts'
import { schemaOid } from './schema.ts'

export const arrayText = (values: readonly string[]): string =>
  `{${values.map((value) => (/^[a-z0-9_]+$/i.test(value) && !/^null$/i.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`

const functionRow = (env: Environment, fn: FunctionInfo, language: string): SystemRow => ({
  oid: text(fn.oid),
  proname: fn.name,
  pronamespace: schemaOid(env.catalog, fn.schema),
  ...ownership(env, 'pro', fn),
  prolang: language,
  procost: text(fn.planning?.cost ?? 100),
  prorows: fn.set ? text(fn.planning?.rows ?? 1000) : '0',
  provariadic: text(fn.variadic),
  prosupport: '0',
  prokind: fn.kind,
  prosecdef: text(fn.body?.asOwner === true),
  proleakproof: text(fn.planning?.leakproof === true),
  proisstrict: text(fn.strict),
  proretset: text(fn.set),
  provolatile: fn.volatility,
  proparallel: fn.planning?.parallel ?? 'u',
  pronargs: text(fn.args.length),
  pronargdefaults: text(fn.defaults),
  prorettype: text(fn.result),
  proargtypes: vector(fn.args),
  proallargtypes: fn.allArgs === null ? null : list(fn.allArgs),
  proargmodes: fn.modes === null ? null : list(fn.modes),
  proargnames: fn.names === null ? null : arrayText(fn.names),
  proargdefaults: fn.defaults === 0 ? null : UNKNOWN_TEXT,
  prosrc: fn.body?.text ?? '',
  prosqlbody: fn.body?.statements === undefined ? null : UNKNOWN_TEXT,
  proconfig:
    fn.body?.settings === undefined
      ? null
      : arrayText(fn.body.settings.map(([name, value]) => `${spelledSetting(name)}=${value}`)),
})

/** @param languageOid of a language's name */
export const functionRows = (env: Environment, languageOid: (name: string) => string): SystemRow[] =>
  [...env.catalog.contents.functions.values()].map((fn) =>
    functionRow(env, fn, languageOid(fn.body?.language ?? 'sql')),
  )
