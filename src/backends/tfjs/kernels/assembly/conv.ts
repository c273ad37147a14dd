// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// Gradients of the convolution that tfjs's wasm backend lacks or has only in a slow form.
// Filters are [kh, kw, ci, co]; dilation and padding may differ per axis and side.
import { matmul } from './matmul'
import { clearFloats, copyFloats, F, transpose } from './memory'

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
 * `scratch`: ph·pw·ci floats, ph = (oh − 1)·sh + (kh − 1)·dh + 1 and pw likewise: the padded image that the windows see, if
 * that is not the image itself. Items are groups of four rows of dw, as `addRowBlock` counts them.
 */
export function convFilterGrad(
  first: i32,
  last: i32,
  scratch: usize,
  x: usize,
  dy: usize,
  dw: usize,
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
  const whole = ph === h && pw === w && top === 0 && left === 0
  if (!whole) clearFloats(scratch, ph * pw * ci)
  const block = max(1, BLOCK / (pw * ci * sh + ow * co))
  for (let b = 0; b < batch; b++) {
    if (!whole) placeImage(scratch, x, h, w, ci, ph, pw, top, left)
    const image = whole ? x : scratch
    for (let o = 0; o < oh; o += block) {
      addRowBlock(
        first,
        last,
        b > 0 || o > 0,
        image + <usize>(o * sh * pw * ci) * F,
        dy + <usize>(o * ow * co) * F,
        dw,
        min(block, oh - o),
        pw,
        ci,
        ow,
        co,
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
  first: i32,
  last: i32,
  accumulate: bool,
  x: usize,
  dy: usize,
  dw: usize,
  rows: i32,
  pw: i32,
  ci: i32,
  ow: i32,
  co: i32,
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
  const groups = (inputs + 3) / 4
  // Four inputs at a time, so that their tiles of dw stay in the cache over the rows of the block.
  for (let item = first; item < last; item++) {
    const tap = item / groups
    const m = (item % groups) * 4
    const i = tap / steps
    const j = tap % steps
    const count = min(4, inputs - m)
    const from = x + <usize>((i * dilationH * pw + j * dilationW) * ci + m) * F
    const to = dw + dyStep * (tap * inputs + m)
    for (let r = 0; r < rows; r++) {
      matmul(count, co, ow, from + xRow * r, F, xStep, dy + dyRow * r, dyStep, to, dyStep, accumulate || r > 0)
    }
  }
}

/** The filter of the transposed convolution: to[i, j, co, ci] = from[kh − 1 − i, kw − 1 − j, ci, co]. Items are its `taps`. */
export function rotateFilter(
  first: i32,
  last: i32,
  _scratch: usize,
  from: usize,
  to: usize,
  taps: i32,
  ci: i32,
  co: i32,
): void {
  const size = <usize>(ci * co) * F
  for (let tap = first; tap < last; tap++) transpose(to + size * (taps - 1 - tap), from + size * tap, ci, co)
}

/** Spreads images [first, last) of [batch, h, w, c] to [batch, (h − 1)·sh + 1, (w − 1)·sw + 1, c] with zeros in between. */
export function spread(
  first: i32,
  last: i32,
  _scratch: usize,
  from: usize,
  to: usize,
  h: i32,
  w: i32,
  c: i32,
  sh: i32,
  sw: i32,
): void {
  const hs = (h - 1) * sh + 1,
    ws = (w - 1) * sw + 1
  const pixel = <usize>c * F
  from += pixel * (h * w) * first
  clearFloats(to + pixel * (hs * ws) * first, (last - first) * hs * ws * c)
  for (let b = first; b < last; b++) {
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
