/** What tells settings apart that mean something else: found quickly, as it is asked for with every message. */
import type { Settings } from '../../compiler/bind/settings.ts'

const ids = new WeakMap<object, number>()
let last = 0
const idOf = (object: object): number => {
  const known = ids.get(object) ?? ++last
  ids.set(object, known)
  return known
}

const keys = new WeakMap<Settings, string>()

/** The same key, the same settings; where objects inside are others, another key may still mean the same. */
export const settingsKey = (settings: Settings): string => {
  const known = keys.get(settings)
  if (known !== undefined) return known
  const parts = Object.entries(settings).map(([name, value]) =>
    typeof value !== 'object' || value === null
      ? String(value)
      : name === 'transaction'
        ? Object.values(value).join()
        : idOf(value),
  )
  const key = parts.join('|')
  keys.set(settings, key)
  return key
}
