// Functions that modules with a LayersModel get copies of, as far as they need them: this file is parsed by `wmnet emit`, not
// imported. What is declared and not defined here, a module has of its own.
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { readArrays, startOf, type WeightRow } from './arrays.ts'
import { createStream, noiseAt, type Stream } from './random.ts'

/** Of the module. */
declare const weightTable: readonly WeightRow[]

/** Of the module: the layers that draw random numbers while training. */
declare const noiseTable: readonly (readonly [name: string, site: string, role: string])[]

/** The result of a layer on the result of another, or of several. */
export function apply(layer: tfl.layers.Layer, inputs: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor {
  return layer.apply(inputs) as tfl.SymbolicTensor
}

/** Gives the model the weights that training starts from: for one seed the same on every backend. */
export function initWeights(model: tfl.LayersModel, seed: number): void {
  setWeights(model, (row) => startOf(seed, row))
}

/** What dropout and training noise draw from begins anew. */
export function restartNoise(model: tfl.LayersModel, seed: number): void {
  for (const [name, ...place] of noiseTable) {
    const layer = model.getLayer(name)
    if (layer instanceof NoisyLayer) layer.noise = noiseAt(seed, ...place)
  }
}

/** Gives the model the weights in a safetensors file of float32 tensors. Throws where it is damaged, or of another network. */
export function loadWeights(model: tfl.LayersModel, bytes: Uint8Array): void {
  const arrays = readArrays(bytes)
  setWeights(model, ([name]) => arrays.get(name) ?? new Float32Array())
}

/** A layer's weights stand in the table one after the other, in the order in which tfjs lists them. */
function setWeights(model: tfl.LayersModel, valuesOf: (row: WeightRow) => Float32Array): void {
  const layers = new Map<string, WeightRow[]>()
  for (const row of weightTable) {
    const name = row[0].slice(0, row[0].lastIndexOf('.'))
    layers.set(name, [...(layers.get(name) ?? []), row])
  }
  layers.forEach((rows, name) => {
    tf.tidy(() => model.getLayer(name).setWeights(rows.map((row) => tf.tensor(valuesOf(row), [...row[1]]))))
  })
}

/** The variables that training changes, by the names of their layers and their own. */
export function trainableWeights(model: tfl.LayersModel): ReadonlyMap<string, tf.Variable> {
  // tfjs-layers types a weight's tensor as a plain one; it is the variable itself.
  return new Map(model.trainableWeights.map((weight) => [weight.name, weight.read() as tf.Variable]))
}

/** Elements with their places. */
export function enumerate<T>(values: readonly T[]): (readonly [number, T])[] {
  return values.map((value, place) => [place, value])
}

type LayerWeights<W extends string> = { readonly [name in W]: tf.Tensor }

/** A layer that tfjs does not have. Shapes are without the batch; besides its name it is made from numbers. */
export abstract class CustomLayer<W extends string, C extends object = object> extends tfl.layers.Layer {
  protected readonly config: C
  private readonly variables = new Map<string, ReturnType<tfl.layers.Layer['addWeight']>>()

  constructor({ name, ...config }: { readonly name: string } & C) {
    super({ name })
    this.config = config as unknown as C
  }

  protected weightShapes(_input: readonly number[]): { readonly [name in W]: number[] } {
    return {} as { [name in W]: number[] }
  }

  protected resultShape(input: readonly number[]): readonly number[] {
    return input
  }

  protected abstract forward(x: tf.Tensor, weights: LayerWeights<W>, training: boolean): tf.Tensor

  override build(inputShape: tfl.Shape): void {
    for (const [name, shape] of Object.entries<number[]>(this.weightShapes(sizesOf(inputShape)))) {
      this.variables.set(name, this.addWeight(name, shape, 'float32', tfl.initializers.zeros()))
    }
    this.built = true
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return [null, ...this.resultShape(sizesOf(inputShape))]
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { readonly training?: unknown }): tf.Tensor {
    const [x] = [inputs].flat() as [tf.Tensor]
    return tf.tidy(() => {
      const weights: Record<string, tf.Tensor> = {}
      this.variables.forEach((variable, name) => {
        weights[name] = variable.read()
      })
      const y = this.forward(x, weights as LayerWeights<W>, training === true)
      // A layer's result belongs to it, and may be disposed.
      return y === x ? tf.clone(x) : y
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config }
  }
}

/** A custom layer that draws random numbers while training. */
export abstract class NoisyLayer extends CustomLayer<never> {
  noise: Stream = createStream(0, 'layer')
}

function sizesOf([, ...sizes]: tfl.Shape): readonly number[] {
  return sizes.map((size) => size ?? Number.NaN)
}

/** How many places a window of k pixels has on a side of `size` pixels. */
export function slide(size: number, k: number, stride: number, padding: number): number {
  return Math.floor((size + 2 * padding - k) / stride) + 1
}
