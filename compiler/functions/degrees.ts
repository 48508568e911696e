/** Trigonometry in degrees, exact where the result is. Manual: "Trigonometric Functions"; after float.c. */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { fromNumber, toNumber } from '../types/float.ts'
import { acos, asin, atan, atan2, cos, sin } from '../types/transcendental.ts'
import type { Scalar, Scalars } from './implementation.ts'

const DEGREE = Math.PI / 180

const SIN_30 = sin(30 * DEGREE)
const ONE_MINUS_COS_60 = 1 - cos(60 * DEGREE)
const ASIN_HALF = asin(0.5)
const ACOS_HALF = acos(0.5)
const ATAN_1 = atan(1)

const sinTo30 = (x: number): number => sin(x * DEGREE) / SIN_30 / 2
const cosTo60 = (x: number): number => 1 - (1 - cos(x * DEGREE)) / ONE_MINUS_COS_60 / 2
/** In the first quarter of the circle. */
const sine = (x: number): number => (x <= 30 ? sinTo30(x) : cosTo60(90 - x))
const cosine = (x: number): number => (x <= 60 ? cosTo60(x) : sinTo30(90 - x))
const TAN_45 = sine(45) / cosine(45)
const COT_45 = cosine(45) / sine(45)

const arcSine = (x: number): number => (x <= 0.5 ? (asin(x) / ASIN_HALF) * 30 : 90 - (acos(x) / ACOS_HALF) * 60)
const arcCosine = (x: number): number => (x <= 0.5 ? 90 - (asin(x) / ASIN_HALF) * 30 : (acos(x) / ACOS_HALF) * 60)

const outOfRange = (): PgError => new PgError('22003', 'input is out of range')

/**
 * A function of an angle, brought into the first quarter of the circle.
 * @param signs whether the sign changes for negative angles, beyond 180 and beyond 90 degrees
 */
const ofAngle =
  (signs: readonly [boolean, boolean, boolean], quarter: (angle: number) => number): Scalar =>
  (value: Value) => {
    const given = toNumber(value)
    if (Number.isNaN(given)) return 'NaN'
    if (!Number.isFinite(given)) throw outOfRange()
    let angle = given % 360
    let sign = 1
    const turn = (changes: boolean): void => {
      if (changes) sign = -sign
    }
    if (angle < 0) {
      angle = -angle
      turn(signs[0])
    }
    if (angle > 180) {
      angle = 360 - angle
      turn(signs[1])
    }
    if (angle > 90) {
      angle = 180 - angle
      turn(signs[2])
    }
    return sign * quarter(angle)
  }

const ofRatio =
  (angle: (ratio: number) => number): Scalar =>
  (value: Value) => {
    const ratio = toNumber(value)
    if (Number.isNaN(ratio)) return 'NaN'
    if (ratio < -1 || ratio > 1) throw outOfRange()
    return angle(ratio)
  }

/** No zero has a sign here. */
const unsigned = (scalar: Scalar): Scalar =>
  function (this: ThisParameterType<Scalar>, value: Value) {
    const result = (scalar as (value: Value) => Value).call(this, value)
    return result === 0 ? 0 : result
  }

export const degreeFunctions: Scalars = {
  dsind: ofAngle([true, true, false], sine),
  dcosd: ofAngle([false, false, true], cosine),
  dtand: unsigned(ofAngle([true, true, true], (angle) => sine(angle) / cosine(angle) / TAN_45)),
  dcotd: unsigned(ofAngle([true, true, true], (angle) => cosine(angle) / sine(angle) / COT_45)),
  dasind: ofRatio((ratio) => (ratio >= 0 ? arcSine(ratio) : -arcSine(-ratio))),
  dacosd: ofRatio((ratio) => (ratio >= 0 ? arcCosine(ratio) : 90 + arcSine(-ratio))),
  datand: (value: Value) => fromNumber((atan(toNumber(value)) / ATAN_1) * 45),
  datan2d: (a: Value, b: Value) => fromNumber((atan2(toNumber(a), toNumber(b)) / ATAN_1) * 45),
}
