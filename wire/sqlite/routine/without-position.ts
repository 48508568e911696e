/** Errors inside a function have no position in the client's statement. */
import { PgError } from '../../protocol/error.ts'

export const withoutPosition = <Outcome>(work: () => Outcome): Outcome => {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof PgError) || error.code === '0A000' || error.fields.position === undefined) throw error
    const { position: _position, ...fields } = error.fields
    throw error.withFields(fields)
  }
}
