import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { activationModel, buildModel, loadModelFiles, modelFiles, startBackend } from '../src/backends/tfjs/index.ts'
import { decodeArgs, encodeArgs } from '../src/backends/tfjs/layer-args.ts'
import type { Graph, GraphNode } from '../src/graph/graph.ts'
import { lastConvolutional } from '../src/layers/last-convolutional.ts'
import { createStream } from '../src/random/stream.ts'
import type { ArgValue } from '../src/registry/params.ts'
import { chain } from './layers-fixtures.ts'

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

describe('saved models', () => {
  beforeAll(() => startBackend('wasm'))

  it('come back with all their layers and outputs', async () => {
    const model = buildModel(chain([12, 12, 1], ...mixed), { random })
    const files = await modelFiles(model)
    const loaded = await loadModelFiles(files.json, files.weights)
    const x = images([12, 12, 1])
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
    const x = images([12, 12, 1])
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
    const x = images([8, 8, 1])
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

function images(shape: readonly number[]): tf.Tensor {
  const stream = createStream(5, 'test')
  const size = shape.reduce((product, dim) => product * dim, 8)
  return tf.tensor(
    Float32Array.from({ length: size }, () => stream.normal()),
    [8, ...shape],
  )
}

async function output(model: tfl.LayersModel, x: tf.Tensor): Promise<Float32Array> {
  return (await (model.predict(x) as tf.Tensor).data()) as Float32Array
}
