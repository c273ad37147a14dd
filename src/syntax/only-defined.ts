/** The fields that are there: an optional part of the tree is absent, never `undefined`. */
export function onlyDefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  return Object.assign(present, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)))
}
