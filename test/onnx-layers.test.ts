import { beforeAll, describe, expect, test } from 'vitest'
import { layers } from '../src/layers/index.ts'
import { chain, inputsFor, readCall } from './layers-fixtures.ts'
import { startBackend } from './numeric/start-backend.ts'
import { compareBackends, subjectOf } from './onnx-fixtures.ts'

const examples = [...layers.values()].filter((spec) => spec.elided !== true).map((spec) => spec.example)
const more = [
  'conv(3, k=5, stride=2, padding=1)',
  'conv(6, k=3, stride=3, padding="same", dilation=2, groups=2, bias=false)',
  'conv(3, k=1, padding=2)',
  'depthwise(k=5, stride=2, padding="same", multiplier=3)',
  'separable(5, k=3, stride=2, padding="same", bias=false)',
  'wm.smooth(5, k=9, padding=3)',
  'wm.smooth(5, k=4, stride=3, padding=2, bias=false)',
  'wm.smooth(5, k=1, padding=2)',
  'wm.smooth(5, k=1, stride=2)',
  'wm.smooth(5, k=3, padding="same", normalize=true)',
  'wm.unsharp(5, k=5, stride=2)',
  'wm.unsharp(5, k=3, normalize=true, bias=false)',
  'wm.unsharp(5, k=1)',
  'dense(7, bias=false)',
  'maxpool(3, stride=2)',
  'avgpool(5)',
  'batchnorm(epsilon=0.1)',
  'layernorm(epsilon=1e-7)',
  'groupnorm(1)',
  'groupnorm(4)',
  'crop(0)',
  'pad(0)',
  'upsample(3)',
  'leaky_relu(0)',
]

beforeAll(() => startBackend('wasm'))

describe.each([...examples, ...more])('%s', (text) => {
  const call = readCall('layer', text)
  const spec = layers.get(call.name)
  if (spec === undefined) throw new Error(text)
  const [shape = []] = inputsFor(spec, call)

  test('on the input', async () => {
    expect(await compareBackends(subjectOf(chain(shape, text)))).toBeLessThanOrEqual(1e-5)
  })
  // Behind each layer maps lie in another order: [N, C, H, W] after conv, [H, W, N, C] after wm.smooth(k=1).
  test.each(shape.length === 3 ? ['conv(4, k=1)', 'wm.smooth(4, k=1, bias=false)'] : ['dense(10)'])(
    'after %s',
    async (before) => {
      expect(await compareBackends(subjectOf(chain(shape, before, text)))).toBeLessThanOrEqual(1e-5)
    },
  )
})
