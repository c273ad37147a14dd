import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import ts from 'typescript'
import { emitTypeScript, type ModuleOptions } from '../src/backends/typescript/index.ts'
import { compile, type Program, type Variant } from '../src/compile.ts'
import { layers } from '../src/layers/index.ts'
import type { Protocol } from '../src/study/protocol.ts'
import type { Optimizer } from '../src/training/optimizers/optimizer.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

export function compileExample(path: string): Program {
  return compile({ path, text: read(path) }, { read })
}

const files = readdirSync(join(root, 'examples'), { recursive: true })
  .map((name) => join('examples', String(name)))
  .filter((path) => path.endsWith('.wmnet'))
/** Every variant of every example, under a name. */
export const exampleVariants = files.flatMap((path) =>
  compileExample(path).variants.map((variant) => [`${path} ${variant.name}`, variant] as const),
)

const examples = [...layers.values()].flatMap((spec) =>
  spec.elided === true || spec.inputs === 'many' ? [] : [spec.example],
)
/** Calls of every layer that has one input. */
export const layerCalls = [
  ...examples,
  'conv(6, k=3, groups=2, dilation=2, padding="same", stride=2)',
  'conv(5, k=3, padding=1, bias=false)',
  'conv(3, init=orthogonal(gain=2), bias_init=uniform(-1, 2))',
  'conv(3, init=glorot(uniform), bias_init=constant(0.5))',
  'depthwise(k=3, stride=2, padding=1, multiplier=2)',
  'separable(5, k=3, bias=false)',
  'wm.smooth(3, k=5, padding="same", stride=2, normalize=true)',
  'wm.unsharp(3, k=5, stride=2, bias=false)',
  'groupnorm(2, epsilon=0.1)',
  'leaky_relu(0)',
]

/** Repeats of blocks whose layers, normalisations and noise have lists of their own. */
export const repeats = `network Repeats {
  input 12x12x2 in [0, 1]
  block conv(4, padding="same", norm=batchnorm) x3
  densely { block wm.smooth(3, padding="same", norm=groupnorm(1)) } x2
  for k in [1, 3] { block conv(6, k=k, padding="same", norm=layernorm, act=gelu) x2 }
  block conv(4, norm=dropout(0.2)) x2
  flatten
  dense(10)
}`

/** A network around one layer, with weights before it so that gradients reach them through it. */
export function networkOf(call: string): Variant {
  const vector = call.startsWith('dense')
  const text = `network N { input 9x8x4 in [0, 1]; conv(4, k=1) as first; ${vector ? 'flatten; ' : ''}${call}; tanh }`
  const program = compile(text)
  const variant = program.variants[0]
  if (variant === undefined) throw new Error(`${text}: ${program.diagnostics.map(({ message }) => message).join('; ')}`)
  return variant
}

/** What an emitted module exports, with types that fit every one. */
export interface EmittedModule {
  readonly architecture: {
    readonly hash: string
    readonly parameters: number
    readonly flops: number
    readonly source: string
  }
  forward(x: tf.Tensor, weights: object, options?: { readonly training?: boolean }): tf.Tensor
  initWeights(seed: number): object
  loadWeights(bytes: Uint8Array, seed?: number): object
  trainableWeights(weights: object): ReadonlyMap<string, tf.Variable>
  createOptimizer?(): Optimizer
  trainStep?(weights: object, optimizer: Optimizer, x: tf.Tensor, labels: tf.Tensor): tf.Scalar
  fgsm?(weights: object, x: tf.Tensor, labels: tf.Tensor, eps: number): tf.Tensor
}

/** The same of a module that builds a LayersModel, which takes the place of the weights. */
export interface ModelModule extends Pick<EmittedModule, 'architecture' | 'createOptimizer' | 'trainStep' | 'fgsm'> {
  createModel(seed?: number): tfl.LayersModel
  forward(x: tf.Tensor, model: tfl.LayersModel, options?: { readonly training?: boolean }): tf.Tensor
  initWeights(model: tfl.LayersModel, seed: number): void
  loadWeights(model: tfl.LayersModel, bytes: Uint8Array): void
  trainableWeights(model: tfl.LayersModel): ReadonlyMap<string, tf.Variable>
}

/** Runs the module with the test's own tfjs. */
export function runModule<M = EmittedModule>(source: string): M {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }
  const { outputText } = ts.transpileModule(source, { compilerOptions: options })
  const exports = {}
  const require = (name: string) => {
    if (name === '@tensorflow/tfjs-core') return tf
    if (name === '@tensorflow/tfjs-layers' && /createModel|trainStep/.test(source)) return tfl
    throw new Error(`the module imports ${name}`)
  }
  new Function('exports', 'require', outputText)(exports, require)
  return exports as M
}

/** The protocol of a file with one. */
export function protocolOf(text: string): Protocol {
  const { protocols, diagnostics } = compile({ path: 'spec.wmspec', text })
  const [only] = protocols
  if (only === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  return only.protocol
}

export function emit(variant: Variant, options: Partial<ModuleOptions> = {}): string {
  return emitTypeScript(variant, { literal: false, layers: false, ...options })
}
