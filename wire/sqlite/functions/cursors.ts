/** The view pg_cursors. After pg_cursor() in portalmem.c. */
import { bool, type Call, type SetReturning } from '../../../compiler/functions/implementation.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import type { OpenPortal } from '../../../compiler/types/environment.ts'
import { unsupported } from '../../protocol/error.ts'

const row = ({ name, text, hold, scroll, opened }: OpenPortal): readonly Value[] => {
  if (scroll === undefined)
    throw unsupported(`pg_cursors beside the cursor "${name}", which says neither SCROLL nor NO SCROLL,`)
  return [name, text, bool(hold), 0n, bool(scroll), opened]
}

export const cursorRows: Readonly<Record<string, SetReturning>> = {
  pg_cursor: function (this: Call) {
    if (this.portals === undefined) throw unsupported('pg_cursors here')
    return this.portals().map(row)
  },
}
