import { printShape, type Shape } from '../graph/graph.ts'
import type { ResolvedCall } from '../registry/construct.ts'
import type { ArgValue } from '../registry/params.ts'
import type { LayerProblem } from './layer.ts'

/** A k×k window that slides over a map. */
export interface Window {
  /** What messages call it. */
  readonly noun: 'kernel' | 'window'
  readonly k: number
  readonly stride: number
  readonly dilation: number
  /** Zeros on each side; null for a pooling, which pads nothing and offers no padding. */
  readonly padding: number | 'same' | null
}

export interface Placement {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly outHeight: number
  readonly outWidth: number
}

export type Placed = { readonly ok: true; readonly placement: Placement } | Failed

interface Failed {
  readonly ok: false
  readonly problem: LayerProblem
}

/** Hₒ = ⌊(H + 2·padding − dilation·(k−1) − 1)/stride⌋ + 1, for both sides of a map [H, W, C]. */
export function placeWindow(layer: string, window: Window, shape: Shape): Placed {
  const map = readMap(shape)
  if (map === null) return { ok: false, problem: notAMap(layer, shape) }
  if (window.padding === 'same' && window.k % 2 === 0) return { ok: false, problem: evenKernel(window) }
  const padding = paddingOf(window)
  const outHeight = slide(map.height, window, padding)
  const outWidth = slide(map.width, window, padding)
  if (outHeight < 1 || outWidth < 1) return { ok: false, problem: doesNotFit(window, map, padding) }
  const { height, width, channels } = map
  return { ok: true, placement: { height, width, channels, outHeight, outWidth } }
}

/** The placement on a shape that the shape rule has accepted. */
export function placementOf(layer: string, window: Window, shape: Shape): Placement {
  const placed = placeWindow(layer, window, shape)
  if (!placed.ok) throw new Error(`${layer} was built on ${printShape(shape)}, which its shape rule rejects`)
  return placed.placement
}

/** Zeros on each side: the number given, or dilation·(k−1)/2 for "same". */
export function paddingOf(window: Pick<Window, 'padding' | 'k' | 'dilation'>): number {
  return window.padding === 'same' ? (window.dilation * (window.k - 1)) / 2 : (window.padding ?? 0)
}

/** The arguments with "same" as its number, and without what a layer that has no bias does not use. */
export function canonicalArgs<A extends { readonly bias: boolean; readonly bias_init: ResolvedCall }>(
  args: A & Partial<Pick<Window, 'k' | 'dilation' | 'padding'>>,
): Readonly<Record<string, ArgValue>> {
  const { k, dilation = 1, padding, bias, bias_init, ...others } = args
  const window = k === undefined ? {} : { k, padding: paddingOf({ k, dilation, padding: padding ?? 0 }) }
  return { ...others, dilation, ...window, bias, ...(bias ? { bias_init } : {}) }
}

/** Height, width and channels, or null for a vector. */
export function readMap(shape: Shape): { height: number; width: number; channels: number } | null {
  const [height, width, channels] = shape
  if (shape.length !== 3 || height === undefined || width === undefined || channels === undefined) return null
  return { height, width, channels }
}

export function notAMap(layer: string, shape: Shape): LayerProblem {
  return {
    code: 'WM0301',
    message: `gets ${printShape(shape)}, a vector; ${layer} takes a map, height x width x channels`,
    hint: 'put it before `flatten`',
  }
}

function slide(size: number, window: Window, padding: number): number {
  return Math.floor((size + 2 * padding - window.dilation * (window.k - 1) - 1) / window.stride) + 1
}

function evenKernel({ k, dilation }: Window): LayerProblem {
  const side = (dilation * (k - 1)) / 2
  return {
    code: 'WM0303',
    message: `has an even ${k}x${k} kernel; padding="same" needs an odd one, with ${side} zeros on each side`,
    hint: `give the padding as a number, such as padding=${Math.floor(side)}`,
    parameter: 'k',
  }
}

function doesNotFit(
  window: Window,
  map: { height: number; width: number; channels: number },
  padding: number,
): LayerProblem {
  const { height, width, channels } = map
  const span = window.dilation * (window.k - 1) + 1
  const padded = padding === 0 ? '' : `, ${height + 2 * padding}x${width + 2 * padding} with its padding`
  const dilated = window.dilation === 1 ? '' : `, which spans ${span}x${span} at dilation ${window.dilation}`
  return {
    code: 'WM0302',
    message:
      `gets ${height}x${width}x${channels}${padded}, ` +
      `smaller than its ${window.k}x${window.k} ${window.noun}${dilated}`,
    ...hintFor(window, height, width, span),
  }
}

function hintFor(window: Window, height: number, width: number, span: number): { hint?: string } {
  if (window.padding === null) return { hint: `a ${window.noun} of ${Math.min(height, width)} would fit` }
  if (window.k % 2 === 1 && window.stride === 1) return { hint: 'padding="same" keeps height and width' }
  return { hint: `padding=${Math.ceil((span - Math.min(height, width)) / 2)} would fit` }
}
