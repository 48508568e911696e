/** Coverage as text and as a page. */
import type { Verdict } from './compare.ts'
import type { Judged } from './run.ts'

export interface Section {
  readonly name: string
  /** It lies beside the project. */
  readonly external?: boolean
  readonly judged: readonly Judged[]
}

export const count = (judged: readonly Judged[]): Record<Verdict, number> => {
  const totals = { equal: 0, refused: 0, wrong: 0 }
  for (const { verdict } of judged) totals[verdict]++
  return totals
}

const percent = (part: number, whole: number): string => `${whole === 0 ? '0.0' : ((100 * part) / whole).toFixed(1)} %`

/** The scripts that belong together: those of the project, and each folder of those beside it. */
const bodyOf = ({ name, external = false }: Section): string => (external ? (name.split('/')[0] ?? '') : 'own corpus')

/** How much of each body of scripts is equal. */
export const figures = (sections: readonly Section[]): [body: string, totals: Record<Verdict, number>][] =>
  [...Map.groupBy(sections, bodyOf)].map(([body, of]) => [body, count(of.flatMap(({ judged }) => judged))])

/** What is refused, most often first. */
export const refusals = (sections: readonly Section[]): [reason: string, count: number][] => {
  const reasons = new Map<string, number>()
  for (const { judged } of sections)
    for (const { verdict, reason = '' } of judged)
      if (verdict === 'refused') reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  return [...reasons].sort((a, b) => b[1] - a[1])
}

export const textReport = (sections: readonly Section[]): string => {
  const width = Math.max(...sections.map(({ name }) => name.length), 5)
  const line = (name: string, { equal, refused, wrong }: Record<Verdict, number>): string =>
    `${name.padEnd(width)} ${String(equal).padStart(6)} equal ${String(refused).padStart(6)} refused ${String(wrong).padStart(4)} wrong  ${percent(equal, equal + refused + wrong).padStart(7)}`
  const bodies = figures(sections)
  const all = count(sections.flatMap(({ judged }) => judged))
  return [
    ...sections.map(({ name, judged }) => line(name, count(judged))),
    ...(bodies.length > 1 ? ['', ...bodies.map(([body, totals]) => line(body, totals))] : []),
    line('total', all),
  ].join('\n')
}

const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export const htmlReport = (title: string, sections: readonly Section[]): string => {
  const row = (name: string, { equal, refused, wrong }: Record<Verdict, number>): string => {
    const whole = equal + refused + wrong
    return `<tr><td>${escapeHtml(name)}</td><td>${equal}</td><td>${refused}</td><td>${wrong}</td><td><meter min="0" max="${whole}" value="${equal}"></meter> ${percent(equal, whole)}</td></tr>`
  }
  const bodies = figures(sections).map(([body, totals]) => row(body, totals))
  const rows = sections.map(({ name, judged }) => row(name, count(judged)))
  const all = count(sections.flatMap(({ judged }) => judged))
  const refused = refusals(sections)
    .map(([reason, times]) => `<tr><td>${times}</td><td>${escapeHtml(reason)}</td></tr>`)
    .join('\n')
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color-scheme: light dark }
  table { border-collapse: collapse; width: 100%; margin-block: 1rem 2rem }
  td, th { padding: .25rem .75rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); text-align: left }
  td:nth-child(n+2):nth-child(-n+4) { font-variant-numeric: tabular-nums }
</style>
<h1>${escapeHtml(title)}</h1>
<p>${all.equal} statements give exactly what PostgreSQL gives, ${all.refused} are refused by name, ${all.wrong} are wrong: ${percent(all.equal, all.equal + all.refused + all.wrong)} equal.</p>
<table><tr><th>scripts</th><th>equal</th><th>refused</th><th>wrong</th><th></th></tr>
${bodies.join('\n')}
</table>
<h2>By script</h2>
<table><tr><th>script</th><th>equal</th><th>refused</th><th>wrong</th><th></th></tr>
${rows.join('\n')}
</table>
<h2>What is refused, and how often</h2>
<table><tr><th>times</th><th>reason</th></tr>
${refused}
</table>
</html>
`
}
