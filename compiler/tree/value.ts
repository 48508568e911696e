/**
 * A value as SQLite stores it: integers (and all that is stored as one: bool, date, timestamp, enum) are bigint, float4
 * and float8 are number (NaN, which SQLite has not, is the text 'NaN', which sorts after all numbers), bytea is bytes,
 * and everything else is text. The folder `types` says what text.
 */
export type Value = null | bigint | number | string | Uint8Array
