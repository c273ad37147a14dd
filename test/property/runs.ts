/** How many cases a property is given: what CI can afford, times `WMNET_FUZZ` (see scripts/fuzz.mjs). */
export function runs(usual: number): { readonly numRuns: number } {
  const factor = Number(process.env.WMNET_FUZZ ?? 1)
  if (!(factor > 0)) throw new Error(`WMNET_FUZZ is ${process.env.WMNET_FUZZ}, not a factor above 0`)
  return { numRuns: Math.ceil(usual * factor) }
}
