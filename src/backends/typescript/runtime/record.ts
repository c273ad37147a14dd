// Functions that emitted modules get copies of, as far as they need them: this file is parsed by `wmnet emit`, not imported.
// What is declared and not defined here, a module has of its own.
import * as tf from '@tensorflow/tfjs-core'
import type { WeightRow } from './arrays.ts'

/** Of the module: the record of all weights. */
export declare interface Weights {
  readonly [name: string]: unknown
}

/** Of the module. */
declare const weightTable: readonly WeightRow[]

/** The record with a variable in each place. */
export function createWeights(valuesOf: (row: WeightRow) => Float32Array): Weights {
  const weights: Branch = {}
  for (const row of weightTable) {
    const [name, shape, , , , trainable] = row
    const variable = tf.tidy(() => tf.variable(tf.tensor(valuesOf(row), [...shape]), trainable))
    setAt(weights, parseName(name), variable)
  }
  return weights as unknown as Weights
}

/** `conv1.kernel`: the variables that training changes, by their names in files. */
export function trainableWeights(weights: Weights): ReadonlyMap<string, tf.Variable> {
  const trained = weightTable.filter(([, , , , , trainable = true]) => trainable)
  return new Map(trained.map(([name]) => [name, getAt(weights as unknown as Branch, parseName(name)) as tf.Variable]))
}

export interface Branch {
  [key: string | number]: unknown
}

/** `for2.1.conv0.kernel` lies at for2[0].conv0.kernel. */
export function parseName(name: string): readonly (string | number)[] {
  const path: (string | number)[] = []
  for (const part of name.split('.')) {
    const [, digits, suffix = ''] = /^(\d+)(\+\d+)?$/.exec(part) ?? []
    if (digits === undefined) path.push(part)
    else {
      path[path.length - 1] = `${path[path.length - 1]}${suffix}`
      path.push(Number(digits) - 1)
    }
  }
  return path
}

export function setAt(root: Branch, path: readonly (string | number)[], value: unknown): void {
  let at = root
  path.slice(0, -1).forEach((key, index) => {
    at[key] ??= typeof path[index + 1] === 'number' ? [] : {}
    at = at[key] as Branch
  })
  at[path[path.length - 1] ?? ''] = value
}

function getAt(root: Branch, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Branch)[key], root)
}

/** The elements of lists of one length that belong together. */
export function zip<T extends readonly unknown[]>(...lists: { [K in keyof T]: readonly T[K][] }): T[] {
  const [first = []] = lists
  return first.map((_, index) => lists.map((list) => list[index]) as unknown as T)
}
