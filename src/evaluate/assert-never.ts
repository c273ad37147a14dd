/** Ends an exhaustive switch: reached only through a bug in wmnet. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`)
}
