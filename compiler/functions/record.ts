/** Comparison of rows of one composite type, field by field; NULL is greater than any value. After record_cmp in rowtypes.c. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import type { Value } from '../tree/value.ts'
import { codecOf } from '../types/codec.ts'
import { bool, type Call, comparisons, type Scalar, type Scalars } from './implementation.ts'

const compared = (test: (order: number) => boolean): Scalar =>
  function (this: Call, left: Exclude<Value, null>, right: Exclude<Value, null>) {
    const [type = 0, other = 0] = this.args.map((each) => this.catalog.baseType(each))
    const fields = this.catalog.fields(type)
    if (type !== other || fields === undefined) throw unsupported('a comparison of different types of records')
    const isEquality = test(1) === test(-1)
    for (const field of fields)
      if (this.catalog.ordering(field.type) === undefined)
        throw new PgError(
          '42883',
          `could not identify ${isEquality ? 'an equality operator' : 'a comparison function'} for type ${formatType(this.catalog, field.type)}`,
        )
    return bool(test(codecOf(this, type).compare(left, right, this)))
  }

export const recordComparisons: Scalars = comparisons('record_', compared)
