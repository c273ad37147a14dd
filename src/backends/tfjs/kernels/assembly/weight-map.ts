// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// Σ over cᵢ of eq. 1 and its two gradients: for each of the `pixels` = H·W positions one matrix product, straight
// from the [B, H, W, C] arrays. The examples of one pixel lie an image apart, one cache line or two in every page, so
// what limits these loops is waiting for memory. Neighbouring pixels are neighbours in memory: as many pixels at a
// time as keep their weights in the first-level cache turn a block of examples into a few sequential streams.
import { matmul } from './matmul'
import { copyFloats, F, transpose } from './memory'

/** Floats of weights in one block of pixels, 8 kB, and the most pixels and examples of a block. */
const BLOCK: i32 = 2048
const PIXELS: i32 = 16
const EXAMPLES: i32 = 32

function blockOf(ci: i32, co: i32): i32 {
  return max(1, min(PIXELS, BLOCK / (ci * co)))
}

/** y[b, p, co] = Σ_ci x[b, p, ci] · w[p, ci, co]. */
export function wmMul(x: usize, w: usize, y: usize, batch: i32, pixels: i32, ci: i32, co: i32): void {
  const weights = <usize>(ci * co) * F
  const block = blockOf(ci, co)
  for (let p = 0; p < pixels; p += block) {
    const count = min(block, pixels - p)
    multiplyBlock(x + <usize>(p * ci) * F, w + weights * p, y + <usize>(p * co) * F, batch, pixels, count, ci, co)
  }
}

/** dx[b, p, ci] = Σ_co dy[b, p, co] · w[p, ci, co]. `scratch`: max(2048, ci·co) floats, for transposed weights. */
export function wmMulGradX(
  dy: usize,
  w: usize,
  dx: usize,
  scratch: usize,
  batch: i32,
  pixels: i32,
  ci: i32,
  co: i32,
): void {
  const weights = <usize>(ci * co) * F
  const block = blockOf(ci, co)
  for (let p = 0; p < pixels; p += block) {
    const count = min(block, pixels - p)
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
 * dw[p, ci, co] = Σ_b x[b, p, ci] · dy[b, p, co]. `scratch`: batch·(ci + co) floats: every tile reads all examples, which
 * would fall into few cache sets if they were not packed first.
 */
export function wmMulGradW(
  x: usize,
  dy: usize,
  dw: usize,
  scratch: usize,
  batch: i32,
  pixels: i32,
  ci: i32,
  co: i32,
): void {
  const xPixel = <usize>ci * F
  const yPixel = <usize>co * F
  const dys = scratch + xPixel * batch
  for (let p = 0; p < pixels; p++) {
    packPixel(scratch, x, batch, ci, xPixel * pixels)
    packPixel(dys, dy, batch, co, yPixel * pixels)
    matmul(ci, co, batch, scratch, F, xPixel, dys, yPixel, dw, yPixel, false)
    x += xPixel
    dy += yPixel
    dw += xPixel * co
  }
}

/** One pixel of every image, `image` bytes apart, to [batch, c]. */
function packPixel(to: usize, from: usize, batch: i32, c: i32, image: usize): void {
  for (let b = 0; b < batch; b++) {
    copyFloats(to, from, c)
    to += <usize>c * F
    from += image
  }
}
