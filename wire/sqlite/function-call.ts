/** The function call protocol: one function by its oid. Manual: "Function Call"; after fastpath.c. */
import { needsCollation } from '../../compiler/bind/collation.ts'
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { FunctionInfo } from '../../compiler/catalog/entries.ts'
import { quoteIdentifier } from '../../compiler/types/identifier.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import type { FunctionHead } from '../protocol/frontend.ts'

/**
 * @throws PgError 42883; 08P01 for a call that does not fit the function; 0A000 where PostgreSQL does not say by which
 * collation, or for what types, it is called
 */
export const calledFunction = (catalog: Catalog, { oid, formats, count }: FunctionHead): FunctionInfo => {
  const fn = catalog.findFn(oid)
  if (fn === undefined) throw new PgError('42883', `function with OID ${oid} does not exist`)
  if (fn.kind !== 'f' || fn.set) throw new PgError('0A000', `cannot call function "${fn.name}" via fastpath interface`)
  if (count !== fn.args.length)
    throw new PgError(
      '08P01',
      `function call message contains ${count} arguments but function requires ${fn.args.length}`,
    )
  if (formats > 1 && formats !== count)
    throw new PgError('08P01', `function call message contains ${formats} argument formats but ${count} arguments`)
  const types = [...fn.args, fn.result]
  if (types.some((type) => catalog.type(type).kind === 'p') || needsCollation(catalog, fn))
    throw unsupported(`the function call protocol for ${fn.name}()`)
  return fn
}

/** The call as a statement, the arguments its parameters. */
export const callText = ({ schema, name, args, variadic }: FunctionInfo): string => {
  const parameters = args.map((_, at) => `${variadic !== 0 && at === args.length - 1 ? 'variadic ' : ''}$${at + 1}`)
  return `select ${quoteIdentifier(schema)}.${quoteIdentifier(name)}(${parameters.join(', ')})`
}
