// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// Gradients of the convolution that tfjs's wasm backend lacks or has only in a slow form.
// Filters are [kh, kw, ci, co]; dilation and padding may differ per axis and side.
import { matmul } from './matmul'
import { clearFloats, copyFloats, F } from './memory'

/** Floats of x and dy that one block of rows may touch, so that both stay in a 32 kB first-level cache. */
const BLOCK: i32 = 6144

/**
 * Copies one image [h, w, c] into [ph, pw, c] at (top, left): what sticks out is cut off. The border is not written, because
 * it is the same for every image: the caller clears it once.
 */
function placeImage(to: usize, from: usize, h: i32, w: i32, c: i32, ph: i32, pw: i32, top: i32, left: i32): void {
  const rows = min(h, ph - top),
    columns = min(w, pw - left)
  if (rows <= 0 || columns <= 0) return
  to += <usize>((top * pw + left) * c) * F
  for (let r = 0; r < rows; r++) {
    copyFloats(to, from, columns * c)
    to += <usize>(pw * c) * F
    from += <usize>(w * c) * F
  }
}

/**
 * dw[i, j, ci, co] = Σ_{b, y, x} in[b, y·sh + i·dh − top, x·sw + j·dw − left, ci] · dy[b, y, x, co].
 * `scratch`: ph·pw·ci floats, ph = (oh − 1)·sh + (kh − 1)·dh + 1 and pw likewise: the padded image that the windows see.
 */
export function convFilterGrad(
  x: usize,
  dy: usize,
  dw: usize,
  scratch: usize,
  batch: i32,
  h: i32,
  w: i32,
  ci: i32,
  oh: i32,
  ow: i32,
  co: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dilationH: i32,
  dilationW: i32,
  top: i32,
  left: i32,
): void {
  const ph = (oh - 1) * sh + (kh - 1) * dilationH + 1
  const pw = (ow - 1) * sw + (kw - 1) * dilationW + 1
  clearFloats(scratch, ph * pw * ci)
  clearFloats(dw, kh * kw * ci * co)
  const block = max(1, BLOCK / (pw * ci * sh + ow * co))
  for (let b = 0; b < batch; b++) {
    placeImage(scratch, x, h, w, ci, ph, pw, top, left)
    for (let o = 0; o < oh; o += block) {
      addRowBlock(
        scratch + <usize>(o * sh * pw * ci) * F,
        dy + <usize>(o * ow * co) * F,
        dw,
        min(block, oh - o),
        pw,
        ci,
        ow,
        co,
        kh,
        kw,
        sh,
        sw,
        dilationH,
        dilationW,
      )
    }
    x += <usize>(h * w * ci) * F
    dy += <usize>(oh * ow * co) * F
  }
}

/** Without dilation the kw·ci inputs of one kernel row are neighbours in memory: one wide matrix product. */
function addRowBlock(
  x: usize,
  dy: usize,
  dw: usize,
  rows: i32,
  pw: i32,
  ci: i32,
  ow: i32,
  co: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dilationH: i32,
  dilationW: i32,
): void {
  const wide = dilationW === 1
  const inputs = wide ? kw * ci : ci
  const steps = wide ? 1 : kw
  const xRow = <usize>(sh * pw * ci) * F,
    dyRow = <usize>(ow * co) * F
  const xStep = <usize>(sw * ci) * F,
    dyStep = <usize>co * F
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < steps; j++) {
      const from = x + <usize>((i * dilationH * pw + j * dilationW) * ci) * F
      // Four inputs at a time, so that their tiles of dw stay in the cache over the rows of the block.
      for (let m = 0; m < inputs; m += 4) {
        const count = min(4, inputs - m)
        for (let r = 0; r < rows; r++) {
          matmul(count, co, ow, from + <usize>m * F + xRow * r, F, xStep, dy + dyRow * r, dyStep, dw, dyStep, true)
        }
        dw += <usize>(count * co) * F
      }
    }
  }
}

/** The filter of the transposed convolution: to[i, j, co, ci] = from[kh − 1 − i, kw − 1 − j, ci, co]. */
export function rotateFilter(from: usize, to: usize, kh: i32, kw: i32, ci: i32, co: i32): void {
  const size = <usize>(ci * co) * F
  to += size * (kh * kw)
  for (let tap = 0; tap < kh * kw; tap++) {
    to -= size
    for (let i = 0; i < ci; i++) {
      for (let o = 0; o < co; o++) {
        store<f32>(to + <usize>(o * ci + i) * F, load<f32>(from))
        from += F
      }
    }
  }
}

/** Spreads [batch, h, w, c] to [batch, (h − 1)·sh + 1, (w − 1)·sw + 1, c] with zeros in between. */
export function spread(from: usize, to: usize, batch: i32, h: i32, w: i32, c: i32, sh: i32, sw: i32): void {
  const hs = (h - 1) * sh + 1,
    ws = (w - 1) * sw + 1
  clearFloats(to, batch * hs * ws * c)
  const pixel = <usize>c * F
  for (let b = 0; b < batch; b++) {
    for (let y = 0; y < h; y++) {
      let p = to + pixel * ((b * hs + y * sh) * ws)
      for (let x = 0; x < w; x++) {
        copyFloats(p, from, c)
        from += pixel
        p += pixel * sw
      }
    }
  }
}
