/**
 * The compiler as a library. It does no I/O.
 */
export type { Notice } from '../wire/protocol/error.ts'
export { DEFAULT_SETTINGS, type Settings } from './bind/settings.ts'
export { StatementCache } from './cache.ts'
export { Catalog } from './catalog/catalog.ts'
export { type CompileSession, compile, compileStatement, newSession } from './compile.ts'
export { NATIVE, PURE, type Target, type UserFunction } from './lower/context.ts'
export { loadGrammar, type ParsedStatement, parse } from './parse.ts'
export type * from './plan.ts'
