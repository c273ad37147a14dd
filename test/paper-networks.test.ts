import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, type Variant } from '../src/compile.ts'
import { costOf, countOperations } from '../src/graph/cost.ts'
import type { GraphNode } from '../src/graph/graph.ts'

/** Tables 3 to 5 of Amer and Maul (2019), from the article and by formulas of their own, against examples/paper. */

interface Stage {
  readonly channels: number
  /** How many residual blocks or dense layers. */
  readonly depth: number
  /** Height and width of what the stage puts out. */
  readonly size: number
}

// Table 3. A convolution with stride 2 and one zero on each side makes ⌊(H − 1)/2⌋ + 1 of H: 28, 14, 7, 4.
const resnet: readonly Stage[] = [
  { channels: 8, depth: 3, size: 28 },
  { channels: 16, depth: 4, size: 14 },
  { channels: 32, depth: 6, size: 7 },
  { channels: 64, depth: 4, size: 4 },
]
// Table 4. Pooling 2/2 makes ⌊H/2⌋ of H: 28, 14, 7, 3. The channels are those after each dense layer.
const growth = 8
const densenet: readonly Omit<Stage, 'channels'>[] = [
  { depth: 2, size: 28 },
  { depth: 4, size: 14 },
  { depth: 8, size: 7 },
  { depth: 16, size: 3 },
]

/** One 3×3 layer of the paper, before it is known whether it is a convolution or a weight map. */
interface Layer {
  readonly from: number
  readonly to: number
  readonly height: number
  readonly outHeight: number
}

function resnetLayers(): readonly Layer[] {
  let [from, height] = [1, 28]
  return resnet.flatMap(({ channels, depth, size }) =>
    Array.from({ length: depth }).flatMap(() => {
      const first = { from, to: channels, height, outHeight: size }
      from = channels
      height = size
      return [first, { from, to: channels, height, outHeight: size }]
    }),
  )
}

/** Where the channels change: 1 → 8, 8 → 16, 16 → 32, 32 → 64. */
const projections = [1, 8, 16, 32].map((from, index) => ({ from, to: resnet[index]?.channels ?? 0 }))

function densenetLayers(): readonly Layer[] {
  const layers: Layer[] = [{ from: 1, to: 16, height: 28, outHeight: 28 }]
  let from = 16
  for (const { depth, size } of densenet) {
    for (let layer = 0; layer < depth; layer++) {
      layers.push({ from, to: growth, height: size, outHeight: size })
      from += growth
    }
  }
  return layers
}

/** A 3×3 kernel for each pair of channels, and a bias for each output channel. */
const convParameters = ({ from, to }: Layer) => 9 * from * to + to
/** A weight for each input element and output channel, and a bias for each output element. */
const mapParameters = ({ from, to, height, outHeight }: Layer) => height ** 2 * from * to + outHeight ** 2 * to
/** 3×3 multiply–adds of a convolution, or of the ones kernel, at every output element. */
const multiplyAdds = ({ from, to, outHeight }: Layer) => 9 * outHeight ** 2 * from * to
/** The ones kernel of an unsharp layer runs over the whole map, whatever the stride. */
const unsharpMultiplyAdds = ({ from, to, height }: Layer) => 9 * height ** 2 * from * to

type IsMap = (index: number) => boolean
const all: IsMap = () => true
const none: IsMap = () => false
/** "Skip one layer, replace the next." */
const everySecond: IsMap = (index) => index % 2 === 1

const dense = (features: number) => features * 10 + 10
const projectionParameters = sum(projections.map(({ from, to }) => from * to + to))

function parameters(layers: readonly Layer[], isMap: IsMap): number {
  return sum(layers.map((layer, index) => (isMap(index) ? mapParameters(layer) : convParameters(layer))))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function compileExample(name: string): ReadonlyMap<string, Variant> {
  const path = join(import.meta.dirname, '../examples/paper', `${name}.wmnet`)
  const program = compile({ path, text: readFileSync(path, 'utf8') })
  expect(program.diagnostics).toEqual([])
  return new Map(program.variants.map((variant) => [variant.name, variant]))
}

function find(variants: ReadonlyMap<string, Variant>, name: string): Variant {
  const variant = variants.get(name)
  if (variant === undefined) throw new Error(`no variant ${name}`)
  return variant
}

const nodesOf = (variant: Variant, keep: (node: GraphNode) => boolean) => variant.graph.nodes.filter(keep)
const shapesOf = (variant: Variant, kind: string) =>
  nodesOf(variant, ({ call }) => call.name === kind).map(({ shape }) => shape)
/** The kinds of the paper's layers in forward order; projections are not among them. */
const kindsOf = (variant: Variant) =>
  nodesOf(variant, ({ call, role }) => role === 'layer' && /^(conv|wm\..*)$/.test(call.name)).map(
    ({ call }) => call.name,
  )
const kindsWhere = (layers: readonly Layer[], isMap: IsMap, kind: string) =>
  layers.map((_, index) => (isMap(index) ? kind : 'conv'))
const sitesOf = ({ changes }: Variant) =>
  changes.map((change) => (change.kind === 'set' || change.kind === 'match' ? undefined : change.sites))
const parametersOf = (variant: Variant) => costOf(variant.graph).parameters
const convMacsOf = (variant: Variant) => countOperations(costOf(variant.graph).cost, 'conv').macs

describe('the residual network of table 3', () => {
  let variants: ReadonlyMap<string, Variant> = new Map()
  beforeAll(() => {
    variants = compileExample('resnet')
  })
  const layers = resnetLayers()

  it('has four variants, of which the plain one is the baseline', () => {
    expect([...variants.keys()]).toEqual(['conv', 'smooth', 'unsharp', 'alternating'])
  })

  it('has 3, 4, 6 and 4 blocks of 8, 16, 32 and 64 channels on maps of 28, 14, 7 and 4', () => {
    const wanted = resnet.flatMap(({ channels, depth, size }) => Array(depth).fill([size, size, channels]))
    for (const variant of variants.values()) {
      expect(shapesOf(variant, 'add')).toEqual(wanted)
      expect(shapesOf(variant, 'global_avgpool')).toEqual([[64]])
      expect(shapesOf(variant, 'dense')).toEqual([[10]])
    }
  })

  it('projects where channels or size change, and nowhere else, with a convolution in every variant', () => {
    for (const variant of variants.values()) {
      const shortcuts = nodesOf(variant, ({ role }) => role === 'shortcut')
      expect(shortcuts.map(({ call: { name, args } }) => [name, args.k, args.channels, args.stride])).toEqual([
        ['conv', 1, 8, 1],
        ['conv', 1, 16, 2],
        ['conv', 1, 32, 2],
        ['conv', 1, 64, 2],
      ])
    }
  })

  it.each([
    ['conv', none, 'conv', 407_234],
    ['smooth', all, 'wm.smooth', 2_013_322],
    ['unsharp', all, 'wm.unsharp', 2_013_322],
    ['alternating', everySecond, 'wm.smooth', 1_152_298],
  ] as const)('%s has the layers and the parameters of the formulas', (name, isMap, kind, total) => {
    const variant = find(variants, name)
    const wanted = parameters(layers, isMap) + projectionParameters + dense(64)
    expect(wanted).toBe(total)
    expect(parametersOf(variant)).toEqual({ trainable: wanted, total: wanted })
    expect(kindsOf(variant)).toEqual(kindsWhere(layers, isMap, kind))
  })

  it('replaces 34 layers, or every second one', () => {
    expect(layers).toHaveLength(34)
    expect([...variants.values()].map(sitesOf)).toEqual([[], [34], [34], [17]])
  })

  it("counts the paper's multiply–adds", () => {
    const projected = sum(projections.map(({ from, to }, index) => (resnet[index]?.size ?? 0) ** 2 * from * to))
    expect(convMacsOf(find(variants, 'conv'))).toBe(sum(layers.map(multiplyAdds)) + projected)
    expect(convMacsOf(find(variants, 'smooth'))).toBe(sum(layers.map(multiplyAdds)) + projected)
    expect(convMacsOf(find(variants, 'unsharp'))).toBe(sum(layers.map(unsharpMultiplyAdds)) + projected)
  })
})

describe('the densely connected network of table 4', () => {
  let variants: ReadonlyMap<string, Variant> = new Map()
  beforeAll(() => {
    variants = compileExample('densenet')
  })
  const layers = densenetLayers()

  it('has four variants, of which the plain one is the baseline', () => {
    expect([...variants.keys()]).toEqual(['conv', 'smooth', 'unsharp', 'alternating'])
  })

  it('grows by 8 channels a layer to 256, on maps of 28, 14, 7 and 3', () => {
    let channels = 16
    const wanted = densenet.flatMap(({ depth, size }) =>
      Array.from({ length: depth }, () => {
        channels += growth
        return [size, size, channels]
      }),
    )
    expect(channels).toBe(16 + 8 * (2 + 4 + 8 + 16))
    for (const variant of variants.values()) {
      expect(shapesOf(variant, 'concat')).toEqual(wanted)
      expect(shapesOf(variant, 'maxpool')).toEqual([
        [14, 14, 32],
        [7, 7, 64],
        [3, 3, 128],
      ])
      expect(shapesOf(variant, 'global_avgpool')).toEqual([[256]])
      expect(shapesOf(variant, 'dense')).toEqual([[10]])
    }
  })

  it.each([
    ['conv', none, 'conv', 288_090],
    ['smooth', all, 'wm.smooth', 1_082_698],
    ['unsharp', all, 'wm.unsharp', 1_082_698],
    ['alternating', everySecond, 'wm.unsharp', 631_042],
  ] as const)('%s has the layers and the parameters of the formulas', (name, isMap, kind, total) => {
    const variant = find(variants, name)
    const wanted = parameters(layers, isMap) + dense(256)
    expect(wanted).toBe(total)
    expect(parametersOf(variant)).toEqual({ trainable: wanted, total: wanted })
    expect(kindsOf(variant)).toEqual(kindsWhere(layers, isMap, kind))
  })

  it('replaces 31 layers, or every second one', () => {
    expect(layers).toHaveLength(31)
    expect([...variants.values()].map(sitesOf)).toEqual([[], [31], [31], [15]])
  })

  it("counts the paper's multiply–adds", () => {
    for (const name of ['conv', 'smooth', 'unsharp', 'alternating']) {
      expect(convMacsOf(find(variants, name))).toBe(sum(layers.map(multiplyAdds)))
    }
  })
})
