/** The ratchet: what was equal stays equal, and nothing is wrong. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TargetName } from './candidate.ts'
import { CORPUS, statementKeys } from './corpus.ts'
import type { Judged } from './run.ts'

/** Script → the keys of its statements that are equal. */
export type Ratchet = Record<string, string[]>

const pathOf = (set: 'own' | 'external', target: TargetName): string => join(CORPUS, 'ratchet', `${set}-${target}.json`)

export const loadRatchet = (set: 'own' | 'external', target: TargetName): Ratchet => {
  const path = pathOf(set, target)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Ratchet) : {}
}

export const saveRatchet = (set: 'own' | 'external', target: TargetName, ratchet: Ratchet): void => {
  const path = pathOf(set, target)
  mkdirSync(dirname(path), { recursive: true })
  const lines = Object.entries(ratchet)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([script, keys]) => `${JSON.stringify(script)}: ${JSON.stringify(keys)}`)
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`)
}

export const equalKeys = (judged: readonly Judged[]): string[] => {
  const keys = statementKeys(judged)
  return judged.flatMap(({ verdict }, at) => (verdict === 'equal' ? [keys[at] ?? ''] : []))
}

/** What the ratchet holds against a script's verdicts, in words. */
export const offences = (script: string, judged: readonly Judged[], ratchet: Ratchet): string[] => {
  const keys = statementKeys(judged)
  const held = new Set(ratchet[script] ?? [])
  const found: string[] = []
  for (const [at, { verdict, reason, line, sql }] of judged.entries()) {
    const shown = `${script}:${line} ${reason ?? ''}\n    ${sql.replaceAll(/\s+/g, ' ').slice(0, 160)}`
    if (verdict === 'wrong') found.push(`wrong    ${shown}`)
    else if (verdict !== 'equal' && held.has(keys[at] ?? '')) found.push(`was equal ${shown}`)
    held.delete(keys[at] ?? '')
  }
  for (const key of held) found.push(`missing  ${script}: a statement that was equal is gone (${key})`)
  return found
}
