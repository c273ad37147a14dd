import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import ts from 'typescript'
import { emitTypeScript, type ModuleOptions } from '../src/backends/typescript/index.ts'
import { compile, type Program, type Variant } from '../src/compile.ts'
import type { Optimizer } from '../src/training/optimizers/optimizer.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

export function compileExample(path: string): Program {
  return compile({ path, text: read(path) }, { read })
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
    if (name === '@tensorflow/tfjs-layers' && source.includes('createModel')) return tfl
    throw new Error(`the module imports ${name}`)
  }
  new Function('exports', 'require', outputText)(exports, require)
  return exports as M
}

export function emit(variant: Variant, options: Partial<ModuleOptions> = {}): string {
  return emitTypeScript(variant, { literal: false, layers: false, ...options })
}
