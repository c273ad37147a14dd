// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// One optimizer step on one variable in one pass over its arrays; items are groups of four elements. The operations and their
// order are those of the composed rules in training/optimizers, so that the results are the same bits. Outputs may be
// the inputs: an element is read before it is written. The last group may be partial: lane by lane, the same formulas.
import { F } from './memory'

/** 'AdamStep', see kernels/shapes.ts: m, v and w are read, m2, v2 and w2 written. keep1 = 1 − β₁, keep2 = 1 − β₂. */
export function adamStep(
  first: i32,
  last: i32,
  _scratch: usize,
  g: usize,
  w: usize,
  m: usize,
  v: usize,
  w2: usize,
  m2: usize,
  v2: usize,
  count: i32,
  lr: f32,
  beta1: f32,
  keep1: f32,
  beta2: f32,
  keep2: f32,
  scale: f32,
  epsilon: f32,
  decay: f32,
): void {
  const end = min(count, last * 4)
  let i = first * 4
  for (; i + 4 <= end; i += 4) {
    const at = <usize>i * F
    const gradient = v128.load(g + at)
    const value = v128.load(w + at)
    const mean = f32x4.add(f32x4.mul(v128.load(m + at), f32x4.splat(beta1)), f32x4.mul(gradient, f32x4.splat(keep1)))
    const squares = f32x4.mul(f32x4.mul(gradient, gradient), f32x4.splat(keep2))
    const square = f32x4.add(f32x4.mul(v128.load(v + at), f32x4.splat(beta2)), squares)
    const root = f32x4.add(f32x4.sqrt(square), f32x4.splat(epsilon))
    let change = f32x4.div(f32x4.mul(mean, f32x4.splat(scale)), root)
    if (decay !== 0) change = f32x4.add(change, f32x4.mul(value, f32x4.splat(decay)))
    v128.store(m2 + at, mean)
    v128.store(v2 + at, square)
    v128.store(w2 + at, f32x4.sub(value, f32x4.mul(change, f32x4.splat(lr))))
  }
  for (; i < end; i++) {
    const at = <usize>i * F
    const gradient = load<f32>(g + at)
    const value = load<f32>(w + at)
    const mean = load<f32>(m + at) * beta1 + gradient * keep1
    const square = load<f32>(v + at) * beta2 + gradient * gradient * keep2
    let change: f32 = (mean * scale) / (sqrt<f32>(square) + epsilon)
    if (decay !== 0) change += value * decay
    store<f32>(m2 + at, mean)
    store<f32>(v2 + at, square)
    store<f32>(w2 + at, value - change * lr)
  }
}

/** 'SgdStep'. Without momentum v and v2 are 0: no array. */
export function sgdStep(
  first: i32,
  last: i32,
  _scratch: usize,
  g: usize,
  w: usize,
  v: usize,
  w2: usize,
  v2: usize,
  count: i32,
  lr: f32,
  momentum: f32,
  nesterov: bool,
): void {
  const end = min(count, last * 4)
  let i = first * 4
  for (; i + 4 <= end; i += 4) {
    const at = <usize>i * F
    const gradient = v128.load(g + at)
    let change = gradient
    if (v2 !== 0) {
      change = f32x4.add(f32x4.mul(v128.load(v + at), f32x4.splat(momentum)), gradient)
      v128.store(v2 + at, change)
      if (nesterov) change = f32x4.add(gradient, f32x4.mul(change, f32x4.splat(momentum)))
    }
    v128.store(w2 + at, f32x4.sub(v128.load(w + at), f32x4.mul(change, f32x4.splat(lr))))
  }
  for (; i < end; i++) {
    const at = <usize>i * F
    const gradient = load<f32>(g + at)
    let change = gradient
    if (v2 !== 0) {
      change = load<f32>(v + at) * momentum + gradient
      store<f32>(v2 + at, change)
      if (nesterov) change = gradient + change * momentum
    }
    store<f32>(w2 + at, load<f32>(w + at) - change * lr)
  }
}

/** 'RmspropStep'. keep = 1 − ρ. */
export function rmspropStep(
  first: i32,
  last: i32,
  _scratch: usize,
  g: usize,
  w: usize,
  v: usize,
  w2: usize,
  v2: usize,
  count: i32,
  lr: f32,
  rho: f32,
  keep: f32,
  epsilon: f32,
): void {
  const end = min(count, last * 4)
  let i = first * 4
  for (; i + 4 <= end; i += 4) {
    const at = <usize>i * F
    const gradient = v128.load(g + at)
    const squares = f32x4.mul(f32x4.mul(gradient, gradient), f32x4.splat(keep))
    const square = f32x4.add(f32x4.mul(v128.load(v + at), f32x4.splat(rho)), squares)
    const root = f32x4.add(f32x4.sqrt(square), f32x4.splat(epsilon))
    const change = f32x4.div(f32x4.mul(gradient, f32x4.splat(lr)), root)
    v128.store(v2 + at, square)
    v128.store(w2 + at, f32x4.sub(v128.load(w + at), change))
  }
  for (; i < end; i++) {
    const at = <usize>i * F
    const gradient = load<f32>(g + at)
    const square = load<f32>(v + at) * rho + gradient * gradient * keep
    store<f32>(v2 + at, square)
    store<f32>(w2 + at, load<f32>(w + at) - (gradient * lr) / (sqrt<f32>(square) + epsilon))
  }
}
