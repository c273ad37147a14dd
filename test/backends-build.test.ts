import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildModel, startBackend } from '../src/backends/tfjs/index.ts'
import { compile } from '../src/compile.ts'
import { createStream } from '../src/random/stream.ts'
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

const others = [
  'pad(1)',
  'depthwise(k=3, multiplier=2)',
  'layernorm',
  'uniform_noise(0.1)',
  'silu',
  'upsample',
  'crop(3)',
  'separable(4, k=3, stride=2, padding="same")',
  'groupnorm(2)',
  'gaussian_noise(0.1)',
  'leaky_relu',
  'avgpool',
  'global_avgpool',
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

  it('are the same in every variant for what the variants share', async () => {
    const text = `network N(first: layer = conv(k=3), scaled: bool = false) {
      input 8x8x1
      if scaled { scale }
      block first(4)
      block conv(4, k=3)
      flatten
      dense(3)
    }
    ablation A of N {
      variant base { }
      variant smooth { first = wm.smooth(k=3) }
      variant scaled { scaled = true }
    }`
    const models = compile(text).variants.map(({ graph }) => ({ graph, model: buildModel(graph, { random }) }))
    const last = async (kind: string) =>
      Promise.all(
        models.map(({ graph, model }) => {
          const name = graph.nodes.findLast((node) => node.call.name === kind)?.name
          return weightsOf(model, name ?? kind)
        }),
      )
    for (const kind of ['conv', 'dense']) {
      const [base, ...others] = await last(kind)
      for (const other of others) expect(other).toEqual(base)
    }
    const [first, second] = [await weightsOf(models[0]?.model, 'conv_1'), await weightsOf(models[0]?.model, 'conv_2')]
    expect(first.slice(0, 4)).not.toEqual(second.slice(0, 4))
  })

  it('depend on the seed and the site alone', async () => {
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

  it.each([
    ["the paper's layers", mixed, 0.02],
    ['the other layers', others, 0.2],
  ] as const)('of %s lowers the loss, repeats exactly, and keeps no tensors', async (_name, calls, rate) => {
    const first = await train(calls, rate)
    expect(first.losses.at(-1)).toBeLessThan((first.losses[0] ?? 0) * 0.9)
    expect(first.tensors.at(-1)).toBe(first.tensors[2])
    expect((await train(calls, rate)).losses).toEqual(first.losses)
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
    'depthwise(k=3, stride=2, padding="same", multiplier=2, bias=false)',
    'separable(3, k=3, bias=false)',
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

describe('dropout and noise', () => {
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

  it.each([
    ['uniform_noise(0.3)', 0.15, 0.3 / Math.sqrt(12)],
    ['uniform_noise(0.2, lower=-0.2)', 0, 0.4 / Math.sqrt(12)],
    ['gaussian_noise(0.5)', 0, 0.5],
  ])('%s has its mean and deviation while training', async (text, mean, deviation) => {
    const model = buildModel(chain([500], text), { random })
    const noise = Array.from(await tf.sub(model.apply(ones(), { training: true }) as tf.Tensor, 1).data())
    const found = noise.reduce((sum, value) => sum + value, 0) / noise.length
    const spread = Math.sqrt(noise.reduce((sum, value) => sum + (value - found) ** 2, 0) / noise.length)
    // 2,000 draws: five standard errors.
    expect(Math.abs(found - mean)).toBeLessThan((5 * deviation) / Math.sqrt(2000))
    expect(spread / deviation).toBeCloseTo(1, 1)
  })

  it.each(['dropout(0.25)', 'uniform_noise(0.3)', 'gaussian_noise(0.5)'])(
    '%s does nothing outside of training',
    async (text) => {
      const model = buildModel(chain([500], text), { random })
      expect(await (model.predict(ones()) as tf.Tensor).data()).toEqual(await ones().data())
    },
  )
})

async function train(calls: readonly string[], rate: number) {
  const model = buildModel(chain([9, 9, 1], ...calls), { random })
  const optimizer = tf.train.sgd(rate)
  const { x, y } = problem([9, 9, 1], 5)
  const losses: number[] = []
  const tensors: number[] = []
  for (let step = 0; step < 12; step++) {
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
    x: tf.tensor(normals(8 * size), [8, ...shape]),
    y: tf.tensor(normals(8 * outputs), [8, outputs]),
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
