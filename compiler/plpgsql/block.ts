/** The body of a DO as a function. Manual: "DO". */
import type { FunctionBody, FunctionInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'

/** What PL/pgSQL needs to know of a function. */
export type Executable = Pick<FunctionInfo, 'args' | 'names' | 'modes' | 'allArgs' | 'set' | 'result' | 'kind' | 'body'>

export const blockFunction = (body: FunctionBody): Executable => ({
  ...{ args: [], names: null, modes: null, allArgs: null, set: false, result: OID.void, kind: 'f', body },
})
