/** What is wrong with a text that should be a date, a time or an interval (DateTimeParseError). */
import { PgError } from '../../wire/protocol/error.ts'

export class DateTimeErrors {
  readonly #text: string
  readonly #type: string

  /** @param type the type's name */
  constructor(text: string, type: string) {
    this.#text = text
    this.#type = type
  }

  /** It has not the form. */
  malformed(): PgError {
    return new PgError('22007', `invalid input syntax for type ${this.#type}: "${this.#text}"`)
  }

  /** A field of it is out of range. */
  overflow(): PgError {
    return new PgError('22008', `date/time field value out of range: "${this.#text}"`)
  }

  /** A month or a day is, where the two may have changed places. */
  dateOverflow(): PgError {
    return this.overflow().withFields({ hint: 'Perhaps you need a different "DateStyle" setting.' })
  }

  displacement(): PgError {
    return new PgError('22009', `time zone displacement out of range: "${this.#text}"`)
  }

  unknownZone(zone: string): PgError {
    return new PgError('22023', `time zone "${zone}" not recognized`)
  }
}
