/**
 * Values of command-line options.
 */
import { InvalidArgumentError } from 'commander'

/** A TCP port; with `zero`, 0 means any free one. */
export const portArgument =
  (zero: boolean) =>
  (value: string): number => {
    const port = /^\d{1,5}$/.test(value) ? Number(value) : -1
    if (port < (zero ? 0 : 1) || port > 65_535) {
      throw new InvalidArgumentError(`A port is a number from ${zero ? 0 : 1} to 65535.`)
    }
    return port
  }

/** How many of something, from 1. */
export const countArgument = (value: string): number => {
  const count = /^\d{1,15}$/.test(value) ? Number(value) : 0
  if (count < 1) throw new InvalidArgumentError('Write a number from 1.')
  return count
}

/** NAME=VALUE, gathered over repeated options. */
export const variableArgument = (value: string, previous: Record<string, string> = {}): Record<string, string> => {
  const at = value.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write NAME=VALUE.')
  return { ...previous, [value.slice(0, at)]: value.slice(at + 1) }
}
