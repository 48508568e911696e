/** `\\copy`: COPY whose file is the client's. */

/** A part of a command in which a word is not looked for: a string, a name in quotes, something in parentheses. */
const pieces = (text: string): string[] => {
  const found: string[] = []
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const quoted = /^(?:[eE]?'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*")/.exec(rest)?.[0]
    const piece =
      quoted ?? (rest[0] === '(' ? parenthesized(rest) : (/^(?:\s+|[^\s'"(]+)/.exec(rest)?.[0] ?? rest[0] ?? ''))
    found.push(piece)
    at += piece.length
  }
  return found
}

const parenthesized = (text: string): string => {
  let depth = 0
  for (const [at, character] of [...text].entries()) {
    if (character === '(') depth++
    if (character === ')' && --depth === 0) return [...text].slice(0, at + 1).join('')
  }
  return text
}

/**
 * @returns the COPY that it stands for, with the file that it reads; undefined for another command, or when a program is
 * to be run
 */
export const copyOf = (meta: string): { readonly text: string; readonly file: string | undefined } | undefined => {
  const body = /^\\copy\s+([\s\S]*?);?\s*$/i.exec(meta)?.[1]
  if (body === undefined) return undefined
  const all = pieces(body)
  const at = all.findIndex((piece) => /^(from|to)$/i.test(piece))
  const place = all.findIndex((piece, index) => index > at && piece.trim() !== '')
  const named = all[place]
  if (at < 0 || named === undefined || /^program$/i.test(named)) return undefined
  const before = all.slice(0, at).join('')
  const after = all.slice(place + 1).join('')
  if (/^to$/i.test(all[at] ?? '')) return { text: `COPY ${before}TO STDOUT${after}`, file: undefined }
  const file = /^p?stdin$/i.test(named) ? undefined : named.replace(/^'([\s\S]*)'$/, '$1').replaceAll("''", "'")
  return { text: `COPY ${before}FROM STDIN${after}`, file }
}
