// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// Gradients of the depthwise convolution, which tfjs's wasm backend lacks: filter [kh, kw, c, m], output channel c·m + j.
import { clearFloats, F } from './memory'

/** First output index whose tap `offset` (tap·dilation − padding) lies at or after source index 0. */
function firstOutput(offset: i32, stride: i32): i32 {
  return offset >= 0 ? 0 : (stride - 1 - offset) / stride
}

/** One past the last output index, of `outputs`, whose tap lies before source index `size`. */
function lastOutput(offset: i32, stride: i32, size: i32, outputs: i32): i32 {
  const room = size - 1 - offset
  return room < 0 ? 0 : min(outputs, room / stride + 1)
}

/**
 * Visits every (image row, tap) pair that touches the input, and for each adds either to the filter's gradient or
 * to the input's. `toInput`: x is the array written, else f is; the third stays as it is. Items are images for the input's
 * gradient; the filter's is one item, since every image adds to all of it.
 */
export function depthwiseGrad(
  first: i32,
  last: i32,
  _scratch: usize,
  x: usize,
  f: usize,
  dy: usize,
  toInput: bool,
  batch: i32,
  h: i32,
  w: i32,
  c: i32,
  m: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dilationH: i32,
  dilationW: i32,
  top: i32,
  left: i32,
): void {
  const begin = toInput ? first : 0
  const end = toInput ? last : batch
  if (toInput) clearFloats(x + <usize>(h * w * c) * F * first, (last - first) * h * w * c)
  else clearFloats(f, kh * kw * c * m)
  const xPixel = <usize>c * F,
    yPixel = <usize>(c * m) * F
  for (let b = begin; b < end; b++) {
    for (let i = 0; i < kh; i++) {
      const down = i * dilationH - top
      const endRow = lastOutput(down, sh, h, oh)
      for (let y = firstOutput(down, sh); y < endRow; y++) {
        for (let j = 0; j < kw; j++) {
          const right = j * dilationW - left
          const column = firstOutput(right, sw)
          const count = lastOutput(right, sw, w, ow) - column
          const source = x + xPixel * ((b * h + y * sh + down) * w + column * sw + right)
          const target = dy + yPixel * ((b * oh + y) * ow + column)
          const taps = f + yPixel * (i * kw + j)
          if (m > 1) addMultiplied(source, taps, target, count, c, m, xPixel * sw, toInput)
          else if (toInput) addToInput(source, taps, target, count, c, xPixel * sw)
          else addToFilter(source, taps, target, count, c, xPixel * sw)
        }
      }
    }
  }
}

function addToFilter(x: usize, f: usize, dy: usize, count: i32, c: i32, xStep: usize): void {
  const yStep = <usize>c * F
  let i = 0
  for (; i + 4 <= c; i += 4) {
    let sum = v128.load(f)
    let px = x,
      py = dy
    for (let n = 0; n < count; n++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(px), v128.load(py)))
      px += xStep
      py += yStep
    }
    v128.store(f, sum)
    x += 4 * F
    dy += 4 * F
    f += 4 * F
  }
  for (; i < c; i++) {
    let sum = load<f32>(f)
    for (let n = 0; n < count; n++) sum += load<f32>(x + xStep * n) * load<f32>(dy + yStep * n)
    store<f32>(f, sum)
    x += F
    dy += F
    f += F
  }
}

function addToInput(x: usize, f: usize, dy: usize, count: i32, c: i32, xStep: usize): void {
  const yStep = <usize>c * F
  let i = 0
  for (; i + 4 <= c; i += 4) {
    const tap = v128.load(f)
    let px = x,
      py = dy
    for (let n = 0; n < count; n++) {
      v128.store(px, f32x4.add(v128.load(px), f32x4.mul(tap, v128.load(py))))
      px += xStep
      py += yStep
    }
    x += 4 * F
    dy += 4 * F
    f += 4 * F
  }
  for (; i < c; i++) {
    const tap = load<f32>(f)
    for (let n = 0; n < count; n++) {
      store<f32>(x + xStep * n, load<f32>(x + xStep * n) + tap * load<f32>(dy + yStep * n))
    }
    x += F
    dy += F
    f += F
  }
}

/** The same for a channel multiplier m > 1, which is rare enough for scalars. */
function addMultiplied(x: usize, f: usize, dy: usize, count: i32, c: i32, m: i32, xStep: usize, toInput: bool): void {
  const yStep = <usize>(c * m) * F
  for (let i = 0; i < c * m; i++) {
    const px = x + <usize>(i / m) * F,
      py = dy + <usize>i * F,
      pf = f + <usize>i * F
    let tap = load<f32>(pf)
    for (let n = 0; n < count; n++) {
      const p = px + xStep * n
      if (toInput) store<f32>(p, load<f32>(p) + tap * load<f32>(py + yStep * n))
      else tap += load<f32>(p) * load<f32>(py + yStep * n)
    }
    if (!toInput) store<f32>(pf, tap)
  }
}
