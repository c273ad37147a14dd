// Seconds of single kernels on the current backend, with wmnet's kernels registered.
import * as tf from '@tensorflow/tfjs-core'
import { ops } from '../../src/backends/tfjs/ops/index.ts'
import { batch, channels, size } from './kernel-flops.ts'
import { waves } from './stock-step.ts'

type Kernels = Readonly<Record<string, () => tf.Tensor>>

export function createKernels(): Kernels {
  const x = waves([batch, size, size, channels], 1) as tf.Tensor4D
  const w = waves([size, size, channels, channels], 0.1) as tf.Tensor4D
  const f = waves([3, 3, channels, channels], 0.1) as tf.Tensor4D
  const y = tf.conv2d(x, f, 1, 'valid')
  const attributes = { strides: [1, 1], pad: 0, dataFormat: 'NHWC', dimRoundingMode: 'floor' }
  const run = (name: string, inputs: tf.NamedTensorMap, attrs: object = {}) => {
    return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor
  }
  const smooth = (k: number, padding: number) => tf.tidy(() => ops.box(ops.wmMul(x, w), k, 1, padding))
  return {
    'conv2d 3x3': () => tf.conv2d(x, f, 1, 'valid'),
    'conv2d filter gradient': () => {
      return run('Conv2DBackpropFilter', { x, dy: y }, { ...attributes, filterShape: f.shape })
    },
    'conv2d input gradient': () => {
      return run('Conv2DBackpropInput', { dy: y, filter: f }, { ...attributes, inputShape: x.shape })
    },
    'WmMul forward': () => run('WmMul', { x, w }),
    'WmMul input gradient': () => run('WmMulGradX', { dy: x, w }),
    'WmMul weight gradient': () => run('WmMulGradW', { x, dy: x }),
    'box k=3': () => ops.box(x, 3, 1, 1),
    'box k=9': () => ops.box(x, 9, 1, 4),
    'smooth k=3, WmMul and box': () => smooth(3, 1),
    'smooth k=9, WmMul and box': () => smooth(9, 4),
  }
}

/** Mean seconds of each kernel over as many runs as fit into the time; the kernels take turns. */
export function timeKernels(kernels: Kernels, milliseconds: number): Record<string, number> {
  const seconds: Record<string, number> = {}
  for (const [name, kernel] of Object.entries(kernels)) {
    const warm = performance.now() + milliseconds / 3
    do runOnce(kernel)
    while (performance.now() < warm)
    const start = performance.now()
    let runs = 0
    do {
      runOnce(kernel)
      runs++
    } while (performance.now() - start < milliseconds)
    seconds[name] = (performance.now() - start) / 1000 / runs
  }
  return seconds
}

/** A wasm kernel has run when its call returns; reading the result would time a copy of it as well. */
function runOnce(kernel: () => tf.Tensor): void {
  kernel().dispose()
}
