// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// Σ over cᵢ of eq. 1 and its two gradients: for each of the H·W pixels one matrix product, straight from the [B, H, W, C]
// arrays. The examples of one pixel lie an image apart, a cache line or two in every page, so what limits these loops is
// waiting for memory. Neighbouring pixels are neighbours in memory: a block of pixels whose weights stay in the
// second-level cache, and few examples at a time, make a few sequential streams that the hardware fetches ahead.
import { matmul } from './matmul'
import { copyFloats, F, transpose } from './memory'

/** Floats of weights in one block of pixels, 128 kB. */
const WEIGHTS: i32 = 32768
/** Floats of packed examples in one block of pixels of the weights' gradient, 128 kB, and the most examples in it. */
const PACKED: i32 = 32768
const CHUNK: i32 = 64
/** Examples that a product takes at a time: more streams than these share too few sets of the first-level cache. */
const EXAMPLES: i32 = 4
/** The most pixels of a block. */
const PIXELS: i32 = 64

function blockOf(floats: i32, perPixel: i32): i32 {
  return max(1, min(PIXELS, floats / perPixel))
}

/** Pixels [first, last): y[b, p, co] = Σ_ci x[b, p, ci] · w[p, ci, co]. */
export function wmMul(
  first: i32,
  last: i32,
  _scratch: usize,
  x: usize,
  w: usize,
  y: usize,
  batch: i32,
  pixels: i32,
  ci: i32,
  co: i32,
): void {
  const block = blockOf(WEIGHTS, ci * co)
  for (let p = first; p < last; p += block) {
    const count = min(block, last - p)
    const weights = w + <usize>(p * ci * co) * F
    multiplyBlock(x + <usize>(p * ci) * F, weights, y + <usize>(p * co) * F, batch, pixels, count, ci, co)
  }
}

/** Pixels [first, last): dx[b, p, ci] = Σ_co dy[b, p, co] · w[p, ci, co]. `scratch`: max(32768, ci·co) floats. */
export function wmMulGradX(
  first: i32,
  last: i32,
  scratch: usize,
  dy: usize,
  w: usize,
  dx: usize,
  batch: i32,
  pixels: i32,
  ci: i32,
  co: i32,
): void {
  const weights = <usize>(ci * co) * F
  const block = blockOf(WEIGHTS, ci * co)
  for (let p = first; p < last; p += block) {
    const count = min(block, last - p)
    for (let q = 0; q < count; q++) transpose(scratch + weights * q, w + weights * (p + q), ci, co)
    multiplyBlock(dy + <usize>(p * co) * F, scratch, dx + <usize>(p * ci) * F, batch, pixels, count, co, ci)
  }
}

/** `count` pixels from `x`, `w` and `y` on, of images of `pixels`. */
function multiplyBlock(x: usize, w: usize, y: usize, batch: i32, pixels: i32, count: i32, ci: i32, co: i32): void {
  const xPixel = <usize>ci * F
  const yPixel = <usize>co * F
  const xImage = xPixel * pixels
  const yImage = yPixel * pixels
  for (let b = 0; b < batch; b += EXAMPLES) {
    const examples = min(EXAMPLES, batch - b)
    for (let p = 0; p < count; p++) {
      const weights = w + xPixel * co * p
      matmul(examples, co, ci, x + xPixel * p, xImage, F, weights, yPixel, y + yPixel * p, yImage, false)
    }
    x += xImage * EXAMPLES
    y += yImage * EXAMPLES
  }
}

/**
 * Pixels [first, last): dw[p, ci, co] = Σ_b x[b, p, ci] · dy[b, p, co]. `scratch`: max(32768, 64·(ci + co)) floats: every
 * tile reads all examples, which would fall into few cache sets if they were not packed first.
 */
export function wmMulGradW(
  first: i32,
  last: i32,
  scratch: usize,
  x: usize,
  dy: usize,
  dw: usize,
  batch: i32,
  pixels: i32,
  ci: i32,
  co: i32,
): void {
  const xPixel = <usize>ci * F
  const yPixel = <usize>co * F
  const block = blockOf(PACKED, min(CHUNK, batch) * (ci + co))
  for (let p = first; p < last; p += block) {
    const count = min(block, last - p)
    for (let b = 0; b < batch; b += CHUNK) {
      const examples = min(CHUNK, batch - b)
      const dys = scratch + xPixel * (count * examples)
      packBlock(scratch, x + xPixel * (b * pixels + p), examples, count, ci, xPixel * pixels)
      packBlock(dys, dy + yPixel * (b * pixels + p), examples, count, co, yPixel * pixels)
      for (let q = 0; q < count; q++) {
        const from = scratch + xPixel * (q * examples)
        const to = dw + xPixel * (co * (p + q))
        matmul(ci, co, examples, from, F, xPixel, dys + yPixel * (q * examples), yPixel, to, yPixel, b > 0)
      }
    }
  }
}

/** `count` pixels of each image, `image` bytes apart, to [count, examples, c]. */
function packBlock(to: usize, from: usize, examples: i32, count: i32, c: i32, image: usize): void {
  const pixel = <usize>c * F
  for (let b = 0; b < examples; b++) {
    let source = from
    let target = to
    for (let p = 0; p < count; p++) {
      copyFloats(target, source, c)
      source += pixel
      target += pixel * examples
    }
    from += image
    to += pixel
  }
}
