// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// Σ over cᵢ of eq. 1 and its two gradients: for each of the `pixels` = H·W positions one matrix product, straight
// from the [B, H, W, C] arrays.
import { matmul } from './matmul'
import { F, packRows, transpose } from './memory'

/** y[b, p, co] = Σ_ci x[b, p, ci] · w[p, ci, co]. */
export function wmMul(x: usize, w: usize, y: usize, batch: i32, pixels: i32, ci: i32, co: i32): void {
  const xPixel = <usize>ci * F,
    yPixel = <usize>co * F
  const xImage = xPixel * pixels,
    yImage = yPixel * pixels
  for (let p = 0; p < pixels; p++) {
    matmul(batch, co, ci, x, xImage, F, w, yPixel, y, yImage, false)
    x += xPixel
    y += yPixel
    w += xPixel * co
  }
}

/** dx[b, p, ci] = Σ_co dy[b, p, co] · w[p, ci, co]. `scratch`: ci·co floats, for w[p] transposed. */
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
  const xPixel = <usize>ci * F,
    yPixel = <usize>co * F
  const xImage = xPixel * pixels,
    yImage = yPixel * pixels
  for (let p = 0; p < pixels; p++) {
    transpose(scratch, w, ci, co)
    matmul(batch, ci, co, dy, yImage, F, scratch, xPixel, dx, xImage, false)
    dx += xPixel
    dy += yPixel
    w += xPixel * co
  }
}

/**
 * dw[p, ci, co] = Σ_b x[b, p, ci] · dy[b, p, co]. `scratch`: batch·(ci + co) floats. The examples of one pixel lie
 * an image apart, which maps them onto few cache sets: without packing them first this runs at a third of the speed.
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
  const xPixel = <usize>ci * F,
    yPixel = <usize>co * F
  const xs = scratch,
    dys = scratch + xPixel * batch
  for (let p = 0; p < pixels; p++) {
    packRows(xs, x, batch, ci, xPixel * pixels)
    packRows(dys, dy, batch, co, yPixel * pixels)
    matmul(ci, co, batch, xs, F, xPixel, dys, yPixel, dw, yPixel, false)
    x += xPixel
    dy += yPixel
    dw += xPixel * co
  }
}
