/**
 * The compiler as a library. It does no I/O.
 */
export { type CompiledStatement, compile } from './compile.ts'
export { loadGrammar, type ParsedStatement, parse } from './parse.ts'
