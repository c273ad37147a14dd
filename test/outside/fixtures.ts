import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll } from 'vitest'
import { readSafetensors } from '../../src/weights/read-safetensors.ts'
import type { NamedTensor } from '../../src/weights/safetensors.ts'

/** What make.py stored under one name. */
export interface Fixture {
  readonly settings: unknown
  tensor(name: string): NamedTensor
  values(name: string): Float32Array
  /** By the rest of their names. */
  under(prefix: string): ReadonlyMap<string, NamedTensor>
}

export function readFixture(name: string): Fixture {
  const file = `${name}.safetensors`
  const { value, diagnostics } = readSafetensors(
    gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures', `${file}.gz`))),
    file,
  )
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  const tensors = new Map(value.tensors.map((tensor) => [tensor.name, tensor]))
  const tensor = (wanted: string) => {
    const found = tensors.get(wanted)
    if (found === undefined) throw new Error(`${file} has no ${wanted}`)
    return found
  }
  return {
    settings: JSON.parse(value.metadata.settings ?? '{}'),
    tensor,
    values: (wanted) => tensor(wanted).values,
    under: (prefix) =>
      new Map(
        [...tensors].flatMap(([key, found]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), found]] : [])),
      ),
  }
}

/** The numbers of tensors by name, as wmnet has weights. */
export function valuesOf(tensors: ReadonlyMap<string, NamedTensor>): ReadonlyMap<string, Float32Array> {
  return new Map([...tensors].map(([name, { values }]) => [name, values]))
}

/** The largest |found − expected|, as a share of the largest |expected|. NaN where one is NaN or the lengths differ. */
export function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length || found.length === 0) return Number.NaN
  let [largest, scale] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    const [mine, theirs] = [found[i] ?? Number.NaN, expected[i] ?? Number.NaN]
    largest = Math.max(largest, Math.abs(mine - theirs))
    scale = Math.max(scale, Math.abs(theirs))
  }
  return largest === 0 ? 0 : largest / scale
}

const differences = new Map<string, number>()

/** Keeps the largest difference under each name. */
export function noteDifference(what: string, difference: number): void {
  differences.set(what, Math.max(differences.get(what) ?? 0, difference))
}

/** With WMNET_OUTSIDE=1 in the environment, a file of tests ends with the differences that it found (the tables of docs/outside-check.md). */
export function printDifferences(): void {
  afterAll(() => {
    if (process.env.WMNET_OUTSIDE !== '1') return
    const lines = [...differences].map(([what, difference]) => `${what.padEnd(40)} ${difference.toExponential(1)}`)
    process.stdout.write(`${lines.sort().join('\n')}\n`)
  })
}
