import { describe, expect, it } from 'vitest'
import { widthArguments } from '../src/ablation/budget/follow-network.ts'
import type { Shape } from '../src/graph/graph.ts'
import { layers } from '../src/layers/index.ts'
import type { LayerSpec } from '../src/layers/layer.ts'
import type { ResolvedCall } from '../src/registry/construct.ts'
import { readCall } from './layers-fixtures.ts'

/** What the bounds of the budget solver rest on, for each layer that there is. */
const specs = [...layers.values()].filter((spec) => spec.elided !== true)
const wide = specs.filter((spec) => Object.keys(spec.params).some((name) => widthArguments.has(name)))
const sizes = [2, 4, 6, 8, 10, 12, 40, 42, 44, 1000]

interface Counted {
  readonly size: readonly number[]
  readonly channels: number
  readonly params: number
  readonly macs: number
}

describe.each(specs.map((spec) => [spec.example, spec] as const))('%s', (example, spec) => {
  const call = readCall('layer', example)

  it('never costs less for more input channels', () => {
    const counted = sizes.flatMap((channels) => apply(spec, call, channels) ?? [])
    expect(counted.length).toBeGreaterThan(3)
    expectRising(counted)
  })

  it('puts out channels that are an affine function of its input channels', () => {
    const channels = [40, 42, 44].map((size) => apply(spec, call, size)?.channels ?? 0)
    const [a = 0, b = 0, c = 0] = channels
    expect(c - b).toBe(b - a)
    expect(b - a).toBeGreaterThanOrEqual(0)
    expect(b - a).toSatisfy((step: number) => Number.isInteger(step / 2))
  })
})

describe.each(wide.map((spec) => [spec.example, spec] as const))('%s, by its width', (example, spec) => {
  it('never costs less when it is wider, and has the channels it is told', () => {
    const call = readCall('layer', example)
    const [width = ''] = Object.keys(spec.params)
    const counted = sizes.flatMap((value) => {
      return apply(spec, { ...call, args: { ...call.args, [width]: value } }, 8) ?? []
    })
    expect(counted.map(({ channels }) => channels)).toEqual(sizes)
    expectRising(counted)
  })
})

it('knows the layers with a width', () => {
  expect(wide.map(({ name }) => name)).toEqual(['conv', 'separable', 'wm.smooth', 'wm.unsharp', 'dense'])
  for (const { params } of wide) expect(Object.keys(params).findIndex((name) => widthArguments.has(name))).toBe(0)
})

/** On a map, or on a vector where the layer takes none; undefined where it takes neither. */
function apply(spec: LayerSpec, call: ResolvedCall, channels: number): Counted | undefined {
  for (const input of [[9, 7, channels], [channels]] satisfies Shape[]) {
    const inputs = spec.inputs === 'many' ? [input, input] : [input]
    const result = spec.shape(call.args, inputs)
    if (!result.ok) continue
    const { conv, dense, products, adds } = spec.cost(call.args, inputs, result.shape).written
    return {
      size: result.shape.length === 3 ? result.shape.slice(0, 2) : [],
      channels: result.shape.at(-1) ?? 0,
      params: spec.weights(call.args, inputs).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
      macs: 2 * (conv + dense) + products + adds,
    }
  }
  return undefined
}

function expectRising(counted: readonly Counted[]): void {
  counted.forEach((now, index) => {
    const before = counted[index - 1] ?? now
    expect(now.size).toEqual(before.size)
    for (const key of ['channels', 'params', 'macs'] as const) expect(now[key]).toBeGreaterThanOrEqual(before[key])
  })
}
