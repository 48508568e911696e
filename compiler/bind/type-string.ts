/** A type as a text names it, as in `'numeric(5,2)'::regtype` (parseTypeString in parse_type.c). */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { onlyTarget, parse } from '../parse.ts'
import type { Environment } from '../types/environment.ts'
import { rootScope } from './scope.ts'
import { ownStatement } from './statement.ts'
import { resolveTypeName } from './type-name.ts'

const [BEFORE, BEHIND] = ['SELECT CAST(NULL AS ', ')']

/** The grammar's complaint, as it would be of the text alone. */
const complaint = (text: string, error: PgError): PgError => {
  const position = (error.fields.position ?? 0) - BEFORE.length
  if (position > text.length)
    return new PgError(error.code, 'syntax error at end of input', { position: text.length + 1 })
  return error.withFields({ ...error.fields, position })
}

const parsed = (text: string): Ast.TypeName => {
  const invalid = new PgError('42601', `invalid type name "${text}"`)
  if (text.trim() === '') throw invalid
  let statements: ReturnType<typeof parse>
  try {
    // A comment ends with its line.
    statements = parse(`${BEFORE}${text}\n${BEHIND}`)
  } catch (error) {
    throw error instanceof PgError ? complaint(text, error) : error
  }
  const [statement, second] = statements
  const target = statement && second === undefined ? onlyTarget(statement) : undefined
  if (target === undefined || !('TypeCast' in target)) throw invalid
  const { arg, typeName } = target.TypeCast
  if (arg === undefined || !('A_Const' in arg) || typeName === undefined || typeName.setof) throw invalid
  return typeName
}

/**
 * The type's oid and modifier.
 * @throws PgError 42601 at a position in the text; 42704, 3F000
 */
export const typeOfText = (env: Environment, text: string): { readonly type: number; readonly typmod: number } => {
  const node = parsed(text)
  try {
    return resolveTypeName(rootScope(ownStatement(env)), node)
  } catch (error) {
    if (error instanceof PgError) {
      const { position: _, ...fields } = error.fields
      throw error.withFields(fields)
    }
    throw error
  }
}
