import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shape } from '../src/graph/graph.ts'
import { layers } from '../src/layers/index.ts'
import type { LayerProblem } from '../src/layers/layer.ts'
import { entryOf } from '../src/registry/construct.ts'
import { readCall } from './layers-fixtures.ts'

function apply(text: string, ...inputs: readonly Shape[]) {
  const call = readCall('layer', text)
  return entryOf(layers, call).shape(call.args, inputs)
}

function problem(text: string, ...inputs: readonly Shape[]): LayerProblem {
  const result = apply(text, ...inputs)
  if (result.ok) throw new Error(`${text} accepts ${inputs.join()}`)
  return result.problem
}

describe('sizes', () => {
  it('are the number of places of the window in the padded map', () => {
    const size = fc.integer({ min: 1, max: 30 })
    const small = fc.integer({ min: 1, max: 6 })
    fc.assert(
      fc.property(size, size, small, small, small, fc.integer({ min: 0, max: 5 }), (h, w, k, stride, dilation, p) => {
        const places = (side: number) => {
          let count = 0
          for (let at = -p; at + dilation * (k - 1) < side + p; at += stride) count++
          return count
        }
        const text = `conv(2, k=${k}, stride=${stride}, dilation=${dilation}, padding=${p})`
        const result = apply(text, [h, w, 3])
        expect(result.ok).toBe(places(h) > 0 && places(w) > 0)
        if (result.ok) expect(result.shape).toEqual([places(h), places(w), 2])
      }),
    )
  })

  it.each([
    ['conv(4, k=5, padding="same")', [28, 28, 1], [28, 28, 4]],
    ['conv(4, k=3, stride=2, padding="same")', [28, 28, 1], [14, 14, 4]],
    ['conv(4, k=3, stride=2, padding="same", dilation=2)', [9, 8, 1], [5, 4, 4]],
    ['wm.smooth(4, k=9, padding=3)', [28, 28, 1], [26, 26, 4]],
    ['wm.smooth(4, k=9, padding="same")', [4, 4, 1], [4, 4, 4]],
    ['wm.unsharp(4, k=9)', [4, 5, 1], [4, 5, 4]],
    ['wm.unsharp(4, stride=2)', [7, 8, 1], [4, 4, 4]],
    ['maxpool', [7, 8, 3], [3, 4, 3]],
    ['maxpool(3, stride=2)', [7, 8, 3], [3, 3, 3]],
    ['global_avgpool', [7, 8, 3], [3]],
    ['depthwise(multiplier=2, stride=2, padding="same")', [7, 8, 3], [4, 4, 6]],
    ['separable(5)', [7, 8, 3], [5, 6, 5]],
    ['pad(2)', [7, 8, 3], [11, 12, 3]],
    ['crop(2)', [7, 8, 3], [3, 4, 3]],
    ['upsample(3)', [7, 8, 3], [21, 24, 3]],
    ['flatten', [7, 8, 3], [168]],
    ['flatten', [12], [12]],
    ['softmax', [12], [12]],
  ])('%s on %j gives %j', (text, input, output) => {
    expect(apply(text, input)).toEqual({ ok: true, shape: output })
  })

  it('of merges', () => {
    expect(apply('add', [4, 4, 8], [4, 4, 8])).toEqual({ ok: true, shape: [4, 4, 8] })
    expect(apply('concat', [4, 4, 8], [4, 4, 3], [4, 4, 1])).toEqual({ ok: true, shape: [4, 4, 12] })
    expect(apply('concat', [5], [6])).toEqual({ ok: true, shape: [11] })
  })
})

describe('problems', () => {
  it.each([
    [
      'conv(32, k=9)',
      [4, 4, 32],
      'WM0302',
      'gets 4x4x32, smaller than its 9x9 kernel',
      'padding="same" keeps height and width',
    ],
    [
      'conv(8, k=9, padding=1)',
      [4, 6, 2],
      'WM0302',
      'gets 4x6x2, 6x8 with its padding, smaller than its 9x9 kernel',
      'padding="same" keeps height and width',
    ],
    [
      'conv(8, k=3, dilation=4)',
      [8, 8, 2],
      'WM0302',
      'gets 8x8x2, smaller than its 3x3 kernel, which spans 9x9 at dilation 4',
      'padding="same" keeps height and width',
    ],
    ['wm.smooth(8, k=4)', [3, 9, 2], 'WM0302', 'gets 3x9x2, smaller than its 4x4 kernel', 'padding=1 would fit'],
    ['conv(8, k=9, stride=2)', [4, 4, 2], 'WM0302', 'gets 4x4x2, smaller than its 9x9 kernel', 'padding=3 would fit'],
    ['maxpool(3)', [2, 4, 8], 'WM0302', 'gets 2x4x8, smaller than its 3x3 window', 'a window of 2 would fit'],
    [
      'conv(8, k=4, padding="same")',
      [9, 9, 2],
      'WM0303',
      'has an even 4x4 kernel; padding="same" needs an odd one, with 1.5 zeros on each side',
      'give the padding as a number, such as padding=1',
    ],
    [
      'wm.unsharp(8, k=4)',
      [9, 9, 2],
      'WM0303',
      'has an even 4x4 kernel; wm.unsharp needs an odd one to keep height and width',
      'use k=3 or k=5',
    ],
    [
      'conv(8, groups=3)',
      [9, 9, 6],
      'WM0304',
      'has 6 input and 8 output channels, not both divisible by groups=3',
      undefined,
    ],
    [
      'conv(8)',
      [64],
      'WM0301',
      'gets 64, a vector; conv takes a map, height x width x channels',
      'put it before `flatten`',
    ],
    [
      'wm.unsharp(8)',
      [64],
      'WM0301',
      'gets 64, a vector; wm.unsharp takes a map, height x width x channels',
      'put it before `flatten`',
    ],
    [
      'global_avgpool',
      [64],
      'WM0301',
      'gets 64, a vector; global_avgpool takes a map, height x width x channels',
      'put it before `flatten`',
    ],
    ['crop(2)', [4, 5, 8], 'WM0301', 'gets 4x5x8, of which 2 pixels less on each side leave nothing', undefined],
    ['groupnorm', [4, 5, 12], 'WM0304', 'gets 12 channels, not divisible by groups=8', undefined],
    ['dense(10)', [4, 4, 8], 'WM0301', 'gets 4x4x8, a map; dense takes a vector', 'put `flatten` before it'],
  ] as const)('%s on %j', (text, input, code, message, hint) => {
    expect(problem(text, input)).toMatchObject({ code, message, ...(hint === undefined ? {} : { hint }) })
  })

  it('of merges', () => {
    expect(problem('add', [4, 4, 8], [4, 4, 9])).toMatchObject({
      code: 'WM0305',
      message: 'gets 4x4x8 and 4x4x9; add needs inputs of one shape',
    })
    expect(problem('concat', [4, 4, 8], [2, 2, 8])).toMatchObject({
      code: 'WM0305',
      message: 'gets 4x4x8 and 2x2x8; concat needs the same height and width',
    })
  })

  it('have hints that work', () => {
    const odd = fc.integer({ min: 0, max: 6 }).map((half) => 2 * half + 1)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), odd, fc.integer({ min: 1, max: 3 }), (size, k, dilation) => {
        const failed = apply(`conv(2, k=${k}, stride=2, dilation=${dilation})`, [size, size, 1])
        if (failed.ok) return
        const padding = /padding=(\d+)/.exec(failed.problem.hint ?? '')?.[1]
        expect(apply(`conv(2, k=${k}, stride=2, dilation=${dilation}, padding=${padding})`, [size, size, 1]).ok).toBe(
          true,
        )
      }),
    )
  })
})
