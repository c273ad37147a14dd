import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { activationModel, buildModel, loadModelFiles, modelFiles, startBackend } from '../src/backends/tfjs/index.ts'
import { decodeArgs, encodeArgs } from '../src/backends/tfjs/layer-args.ts'
import type { Graph, GraphNode } from '../src/graph/graph.ts'
import { lastConvolutional } from '../src/layers/last-convolutional.ts'
import { createStream } from '../src/random/stream.ts'
import type { ArgValue } from '../src/registry/params.ts'
import { chain } from './layers-fixtures.ts'

const backends = ['cpu', 'wasm'] as const
const random = createStream(7)
const mixed = [
  'scale',
  'conv(4, k=3)',
  'batchnorm',
  'relu',
  'wm.smooth(4, k=3)',
  'gelu',
  'wm.unsharp(3, k=3, stride=2)',
  'dropout(0.25)',
  'conv(4, k=3, dilation=2, padding="same")',
  'add',
  'concat',
  'flatten',
  'dense(5)',
]

describe('initial weights', () => {
  beforeAll(() => startBackend('cpu'))

  it('follow the init argument', async () => {
    const model = buildModel(chain([8, 8, 2], 'conv(40, k=5, init=normal(0.5), bias_init=constant(3))'), { random })
    const [kernel, bias] = await weightsOf(model, 'conv_1')
    const deviation = Math.sqrt((kernel ?? []).reduce((sum, value) => sum + value ** 2, 0) / (kernel?.length ?? 1))
    expect(deviation).toBeCloseTo(0.5, 1)
    expect(new Set(bias)).toEqual(new Set([3]))
  })

  it('depend on the seed and the names alone', async () => {
    const one = buildModel(chain([8, 8, 2], 'relu', 'conv(4, k=3)'), { random })
    const same = buildModel(chain([8, 8, 2], 'scale(init=normal(1))', 'conv(4, k=3)', 'flatten', 'dense(3)'), {
      random,
    })
    const other = buildModel(chain([8, 8, 2], 'relu', 'conv(4, k=3)'), { random: createStream(8) })
    const kernel = await weightsOf(one, 'conv_2')
    expect(await weightsOf(same, 'conv_2')).toEqual(kernel)
    expect(await weightsOf(other, 'conv_2')).not.toEqual(kernel)
  })

  it('differ between layers of one kind', async () => {
    const model = buildModel(chain([8, 8, 3], 'conv(3, k=3)', 'conv(3, k=3)'), { random })
    expect(await weightsOf(model, 'conv_2')).not.toEqual(await weightsOf(model, 'conv_1'))
  })
})

describe.each(backends)('training on %s', (backend) => {
  beforeEach(() => startBackend(backend))

  it('lowers the loss, repeats exactly, and keeps no tensors', async () => {
    const first = await train(20)
    expect(first.losses.at(-1)).toBeLessThan((first.losses[0] ?? 0) / 2)
    expect(first.tensors.at(-1)).toBe(first.tensors[2])
    expect((await train(20)).losses).toEqual(first.losses)
  })

  it('works through fit', async () => {
    const model = buildModel(chain([6, 6, 1], 'wm.unsharp(4)', 'relu', 'flatten', 'dense(3)'), { random })
    model.compile({ optimizer: tf.train.adam(0.01), loss: tfl.metrics.meanSquaredError })
    const { x, y } = problem([6, 6, 1], 3)
    const { history } = await model.fit(x, y, { epochs: 8, batchSize: 8, shuffle: false, verbose: 0 })
    const losses = history.loss as number[]
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2)
  })

  // A layer without bias is homogeneous of degree one in x and in its weights, so ⟨∂f, x⟩ = f for f = ⟨r, y⟩ (Euler).
  it.each([
    'conv(4, k=3, dilation=2, groups=2, stride=2, bias=false)',
    'conv(4, k=3, dilation=3, padding="same", bias=false)',
    'wm.unsharp(3, k=5, stride=2, bias=false)',
    'wm.smooth(3, k=3, stride=2, padding="same", bias=false)',
    'wm.smooth(3, k=4, padding=1, bias=false, normalize=true)',
    'scale(init=normal(1))',
  ])('has gradients of %s', async (text) => {
    const model = buildModel(chain([9, 9, 2], text), { random })
    const [weight] = model.trainableWeights.map((variable) => variable.read() as tf.Variable)
    if (weight === undefined) throw new Error('no weight')
    const x = tf.tensor(normals(3 * 162), [3, 9, 9, 2])
    const f = (input: tf.Tensor) => {
      const y = model.apply(input) as tf.Tensor
      return tf.sum(tf.mul(y, tf.tensor(normals(y.size), y.shape))) as tf.Scalar
    }
    const [value] = await f(x).data()
    const byInput = await tf.sum(tf.mul(tf.grad(f)(x), x)).data()
    const gradient = tf.variableGrads(() => f(x), [weight]).grads[weight.name]
    const byWeight = await tf.sum(tf.mul(gradient as tf.Tensor, weight)).data()
    expect(byInput[0]).toBeCloseTo(value ?? Number.NaN, 3)
    expect(byWeight[0]).toBeCloseTo(value ?? Number.NaN, 3)
  })
})

describe('dropout', () => {
  beforeAll(() => startBackend('cpu'))
  const ones = () => tf.ones([4, 500])
  const masks = async (seed: number, steps: number) => {
    const model = buildModel(chain([500], 'dropout(0.25)'), { random: createStream(seed) })
    const drawn: Float32Array[] = []
    for (let step = 0; step < steps; step++) {
      drawn.push((await (model.apply(ones(), { training: true }) as tf.Tensor).data()) as Float32Array)
    }
    return drawn
  }

  it('draws a new mask at each step, from the seed alone', async () => {
    const drawn = await masks(1, 2)
    expect(drawn[1]).not.toEqual(drawn[0])
    expect(await masks(1, 2)).toEqual(drawn)
    expect(await masks(2, 2)).not.toEqual(drawn)
  })

  it('drops the share that it was given and scales up the rest', async () => {
    const [mask = new Float32Array()] = await masks(1, 1)
    const zeros = mask.filter((value) => value === 0).length
    // 2,000 draws: standard deviation 1 %.
    expect(zeros / mask.length).toBeGreaterThan(0.2)
    expect(zeros / mask.length).toBeLessThan(0.3)
    expect(new Set(mask.filter((value) => value !== 0))).toEqual(new Set([Math.fround(4 / 3)]))
  })

  it('does nothing outside of training', async () => {
    const model = buildModel(chain([500], 'dropout(0.25)'), { random })
    expect(await (model.predict(ones()) as tf.Tensor).data()).toEqual(await ones().data())
  })
})

describe('saved models', () => {
  beforeAll(() => startBackend('wasm'))

  it('come back with all their layers and outputs', async () => {
    const model = buildModel(chain([12, 12, 1], ...mixed), { random })
    const files = await modelFiles(model)
    const loaded = await loadModelFiles(files.json, files.weights)
    const { x } = problem([12, 12, 1], 5)
    expect(await output(loaded, x)).toEqual(await output(model, x))
    expect(await modelFiles(loaded)).toEqual(files)
    expect(loaded.countParams()).toBe(model.countParams())
    const lines: string[] = []
    loaded.summary(undefined, undefined, (line) => lines.push(String(line)))
    expect(lines.join('\n')).toContain('wm_smooth_5 (WmSmooth)')
    // Not tfjs's own Dropout, which plain tfjs models keep.
    expect(lines.join('\n')).toContain('dropout_8 (WmnetDropout)')
    expect(tfl.layers.dropout({ rate: 0.5 }).getClassName()).toBe('Dropout')
  })

  it('are the files that tfjs itself reads', async () => {
    const model = buildModel(chain([12, 12, 1], ...mixed), { random })
    const { json, weights } = await modelFiles(model)
    const { modelTopology, weightsManifest } = JSON.parse(json)
    expect(weightsManifest).toHaveLength(1)
    expect(weightsManifest[0].paths).toEqual(['weights.bin'])
    expect(weightsManifest[0].weights.map((weight: { name: string }) => weight.name)).toContain('wm_smooth_5/kernel')
    const weightData = new Uint8Array(weights).buffer
    const loaded = await tfl.loadLayersModel(
      tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData }),
    )
    const { x } = problem([12, 12, 1], 5)
    expect(await output(loaded, x)).toEqual(await output(model, x))
  })

  it('use only stock layers where tfjs has them', async () => {
    const model = buildModel(
      chain([12, 12, 1], 'conv(4, padding="same")', 'batchnorm', 'relu', 'maxpool', 'flatten', 'dense(3)'),
      { random },
    )
    expect(model.layers.map((layer) => layer.getClassName())).toEqual([
      'InputLayer',
      'ZeroPadding2D',
      'Conv2D',
      'BatchNormalization',
      'Activation',
      'MaxPooling2D',
      'Flatten',
      'Dense',
    ])
  })

  it("keep arguments through tfjs's renaming of keys and strings", () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]*$/), value), (args) => {
        const text = encodeArgs(args as Record<string, ArgValue>)
        expect(text).not.toMatch(/[A-Z_]/)
        expect(decodeArgs(text)).toEqual(JSON.parse(JSON.stringify(args)))
      }),
    )
  })
})

describe('activations of one node', () => {
  beforeAll(() => startBackend('wasm'))

  it('come with the logits, from the same weights', async () => {
    const graph = chain([8, 8, 1], 'conv(2, k=3)', 'relu', 'flatten', 'dense(3)')
    const model = buildModel(graph, { random })
    const both = activationModel(model, graph, 2)
    const { x } = problem([8, 8, 1], 3)
    const [logits, activations] = both.predict(x) as tf.Tensor[]
    expect(await logits?.data()).toEqual(await output(model, x))
    const convOnly = buildModel(chain([8, 8, 1], 'conv(2, k=3)', 'relu'), { random })
    expect(await activations?.data()).toEqual(await output(convOnly, x))
    model.getLayer('conv_1').setWeights([tf.zeros([3, 3, 1, 2]), tf.fill([2], 5)])
    const after = both.predict(x) as tf.Tensor[]
    expect(new Set(await after[1]?.data())).toEqual(new Set([5]))
  })

  it('belong to the last convolutional statement, after its norm and activation', () => {
    const plain = chain([8, 8, 1], 'conv(2)', 'batchnorm', 'relu', 'wm.smooth(2)', 'batchnorm', 'relu', 'flatten')
    const graph = regroup(plain, [0, 0, 0, 1, 1, 1, 2], ['layer', 'norm', 'activation'])
    expect(lastConvolutional(graph)).toBe(6)
    expect(lastConvolutional(chain([8], 'dense(3)'))).toBeNull()
    const shortcut = regroup(
      chain([8, 8, 1], 'conv(2)', 'relu', 'conv(2, k=1)'),
      [0, 1, 2],
      ['layer', 'layer', 'shortcut'],
    )
    expect(lastConvolutional(shortcut)).toBe(1)
  })
})

function regroup(graph: Graph, statements: readonly number[], roles: readonly GraphNode['role'][]): Graph {
  const nodes = graph.nodes.map((node, i): GraphNode => {
    const origin = { ...node.origin, statement: statements[i] ?? i }
    return { ...node, origin, role: roles[i % roles.length] ?? 'layer' }
  })
  return { ...graph, nodes }
}

async function train(steps: number) {
  const model = buildModel(chain([12, 12, 1], ...mixed), { random })
  const optimizer = tf.train.sgd(0.02)
  const { x, y } = problem([12, 12, 1], 5)
  const losses: number[] = []
  const tensors: number[] = []
  for (let step = 0; step < steps; step++) {
    const loss = optimizer.minimize(
      () => tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar,
      true,
    )
    losses.push((await loss?.data())?.[0] ?? Number.NaN)
    loss?.dispose()
    tensors.push(tf.memory().numTensors)
  }
  tf.dispose([x, y])
  model.dispose()
  return { losses, tensors }
}

function problem(shape: readonly number[], outputs: number) {
  const size = shape.reduce((product, dim) => product * dim, 1)
  return {
    x: tf.tensor(normals(16 * size), [16, ...shape]),
    y: tf.tensor(normals(16 * outputs), [16, outputs]),
  }
}

function normals(count: number): Float32Array {
  const stream = createStream(5, 'test')
  return Float32Array.from({ length: count }, () => stream.normal())
}

async function weightsOf(model: tfl.LayersModel, layer: string): Promise<readonly Float32Array[]> {
  return Promise.all(
    model
      .getLayer(layer)
      .getWeights()
      .map(async (weight) => (await weight.data()) as Float32Array),
  )
}

async function output(model: tfl.LayersModel, x: tf.Tensor): Promise<Float32Array> {
  return (await (model.predict(x) as tf.Tensor).data()) as Float32Array
}
