// The optimizers' steps: a step reads and writes each array once. Moments are written in place. A variable's value is not: tfjs keeps
// XNNPACK's packed copy of a convolution's or matrix product's weights under the identity of their data, and would go on with the old.
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import {
  type AdamStepAttributes,
  inputOf,
  kernelNames,
  type RmspropStepAttributes,
  type SgdStepAttributes,
} from '../shapes.ts'
import { heapOf, type KernelFunction, type WasmHeap } from '../wasm-heap.ts'

/** `names` are value and slots: where they are read, then where the results go; `scalars` as the wasm function takes them. */
function stepKernel<Attributes>(
  kernel: KernelFunction,
  slots: (attributes: Attributes) => readonly string[],
  scalars: (attributes: Attributes) => readonly number[],
  absent: readonly number[] = [],
): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const heap = heapOf(backend)
    const attributes = attrs as unknown as Attributes
    const gradient = inputOf(inputs, 'gradient')
    const states = ['value', ...slots(attributes)].map((name) => inputOf(inputs, name))
    const results = states.map((state, index) => resultFor(heap, state, gradient, index > 0))
    const count = gradient.shape.reduce((a, b) => a * b, 1)
    // An optimizer without slots has no pointer for them either.
    const missing = states.length === 1 ? absent : []
    const pointers = [...states.map((state) => heap.pointer(state)), ...missing]
    const targets = [...results.map((result) => heap.pointer(result)), ...missing]
    heap.run(kernel, {
      items: Math.ceil(count / 4),
      operations: 4 * count,
      args: [heap.pointer(gradient), ...pointers, ...targets, count, ...scalars(attributes)],
    })
    return results
  }
}

function resultFor(heap: WasmHeap, state: TensorInfo, gradient: TensorInfo, inPlace: boolean): TensorInfo {
  if (state.shape.join() !== gradient.shape.join()) {
    throw new Error(`an optimizer step on [${state.shape}] with a gradient [${gradient.shape}]`)
  }
  return inPlace ? heap.reuse(state) : heap.allocate(state.shape)
}

const adamStep = stepKernel<AdamStepAttributes>(
  'adamStep',
  () => ['m', 'v'],
  ({ lr, beta1, beta2, scale, epsilon, decay }) => [lr, beta1, 1 - beta1, beta2, 1 - beta2, scale, epsilon, decay],
)
const sgdStep = stepKernel<SgdStepAttributes>(
  'sgdStep',
  ({ momentum }) => (momentum === 0 ? [] : ['v']),
  ({ lr, momentum, nesterov }) => [lr, momentum, nesterov ? 1 : 0],
  [0],
)
const rmspropStep = stepKernel<RmspropStepAttributes>(
  'rmspropStep',
  () => ['v'],
  ({ lr, rho, epsilon }) => [lr, rho, 1 - rho, epsilon],
)

export const optimizerKernels: readonly KernelConfig[] = [
  { kernelName: kernelNames.adamStep, backendName: 'wasm', kernelFunc: adamStep },
  { kernelName: kernelNames.sgdStep, backendName: 'wasm', kernelFunc: sgdStep },
  { kernelName: kernelNames.rmspropStep, backendName: 'wasm', kernelFunc: rmspropStep },
]
