/** Numbers with units: sizes and times (guc.c parse_int, parse_real, convert_int_from_base_unit). */

/** Units by what a parameter counts in, in multiples of it; the largest first. */
const SIZES = { TB: 1024 ** 4, GB: 1024 ** 3, MB: 1024 ** 2, kB: 1024, B: 1 } as const
const TIMES = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000, ms: 1, us: 0.001 } as const

/** A parameter's unit: a unit itself, or so many of it (blocks of `8kB`). */
const scaleOf = (unit: string): { readonly units: Readonly<Record<string, number>>; readonly base: number } => {
  const [, count = '', name = ''] = /^(\d*)([a-zA-Z]+)$/.exec(unit) ?? []
  const units: Readonly<Record<string, number>> = name in SIZES ? SIZES : TIMES
  return { units, base: (units[name] ?? 1) * Number(count || 1) }
}

/** A number in a parameter's unit; undefined for what is none. @param integer rounded to one */
export const parseQuantity = (text: string, unit: string | null, integer: boolean): number | undefined => {
  const [, digits, suffix = ''] =
    /^\s*([+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))\s*([a-z]*)\s*$/i.exec(text) ?? []
  if (digits === undefined) return undefined
  let number = Number(digits)
  if (suffix !== '') {
    if (unit === null) return undefined
    const { units, base } = scaleOf(unit)
    const factor = units[suffix]
    if (factor === undefined) return undefined
    number = (number * factor) / base
  }
  if (!integer) return number
  // C's rint(): halves to the even one.
  const floor = Math.floor(number)
  const half = number - floor === 0.5
  return half ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(number)
}

/** A number as SHOW prints it: in the largest unit that leaves no fraction. */
export const showQuantity = (number: number, unit: string | null): string => {
  if (unit === null || number <= 0) return String(number)
  const { units, base } = scaleOf(unit)
  for (const [name, factor] of Object.entries(units)) {
    const inUnit = (number * base) / factor
    if (Number.isInteger(inUnit)) return `${inUnit}${name}`
  }
  return String(number)
}
