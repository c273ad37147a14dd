/** The fields that are there: an optional part of the tree is absent, never `undefined`. */
export function onlyDefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  for (const key in fields) {
    const value = fields[key]
    if (isDefined(value)) present[key] = value
  }
  return present
}

function isDefined<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined
}
