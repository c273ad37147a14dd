import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import ts from 'typescript'
import { emitTypeScript } from '../src/backends/typescript/index.ts'
import { compile, type Program, type Variant } from '../src/compile.ts'

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
  trainStep?(weights: object, optimizer: tf.Optimizer, x: tf.Tensor, labels: tf.Tensor): tf.Scalar
  fgsm?(weights: object, x: tf.Tensor, labels: tf.Tensor, eps: number): tf.Tensor
}

/** Runs the module with the test's own tfjs. */
export function runModule(source: string): EmittedModule {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }
  const { outputText } = ts.transpileModule(source, { compilerOptions: options })
  const exports = {}
  const require = (name: string) => {
    if (name === '@tensorflow/tfjs-core') return tf
    throw new Error(`the module imports ${name}`)
  }
  new Function('exports', 'require', outputText)(exports, require)
  return exports as EmittedModule
}

export function emit(variant: Variant, options: { readonly literal?: boolean; readonly train?: boolean } = {}): string {
  return emitTypeScript(variant, { literal: false, train: false, ...options })
}
