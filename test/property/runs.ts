import { vi } from 'vitest'

const factor = Number(process.env.WMNET_FUZZ ?? 1)
if (!(factor > 0)) throw new Error(`WMNET_FUZZ is ${process.env.WMNET_FUZZ}, not a factor above 0`)

// Thousands of cases take longer than other tests may: in the files that ask for them, and in proportion, the limit is another.
vi.setConfig({ testTimeout: 120_000 * Math.max(1, factor) })

/** How many cases a property is given: what CI can afford, times `WMNET_FUZZ` (see scripts/fuzz.mjs). */
export function runs(usual: number): { readonly numRuns: number } {
  return { numRuns: Math.ceil(usual * factor) }
}
