/** Who programs run as that refuse to be root's, or that files are to be read-only to. */
import { chown } from 'node:fs/promises'

/** uid and gid of `nobody`. */
const NOBODY = 65_534

/** `nobody` where the user of this process is root; undefined where it is anybody else, who will do. */
export const unprivilegedUser = (): { readonly uid: number; readonly gid: number } | undefined =>
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined

/** Makes a file or folder that user's. */
export const giveAway = async (path: string): Promise<void> => {
  const user = unprivilegedUser()
  if (user !== undefined) await chown(path, user.uid, user.gid)
}
