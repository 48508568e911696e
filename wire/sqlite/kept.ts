/** What is made of an object that does not change, and would be made again for every row, is kept for as long as the object is. */
export const kept = <Of extends object, Made extends NonNullable<unknown>>(
  make: (of: Of) => Made,
): ((of: Of) => Made) => {
  const all = new WeakMap<Of, Made>()
  return (of) => {
    const known = all.get(of)
    if (known !== undefined) return known
    const made = make(of)
    all.set(of, made)
    return made
  }
}
