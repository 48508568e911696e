/** Work that may have to wait: most messages need not, and promises cost more than many of them do. */
export type Eventual<Value> = Value | Promise<Value>

/** Goes on with a value, at once where it is there. */
export const after = <Value, Outcome>(
  value: Eventual<Value>,
  next: (value: Value) => Eventual<Outcome>,
): Eventual<Outcome> => (value instanceof Promise ? value.then(next) : next(value))
