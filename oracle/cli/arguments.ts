/** Values of command-line options. */
import { InvalidArgumentError } from 'commander'

/** How many of something, from 1. */
export const count = (text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a whole number from 1 on')
  return number
}
