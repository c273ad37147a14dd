import type { NodeRole, Shape } from '../graph/graph.ts'
import type { Family } from './family.ts'

/**
 * The picture of a network, or of two that are compared, before anything is laid out: what SVG, DOT and JSON are drawn
 * from. Plain JSON; `wmnet graph --json` prints it as it is.
 */
export interface Picture {
  readonly network: string
  /** The variant, or the two compared: before and after. */
  readonly variants: readonly PictureVariant[]
  /** Layers that a comparison finds changed, added and removed, repeats counted; absent without a comparison. */
  readonly differences?: Differences
  /** From the input to the output. */
  readonly items: readonly Item[]
  /** Between boxes, by their ids. Edges within a box and from one repeat to the next are not listed. */
  readonly edges: readonly Edge[]
}

export interface PictureVariant {
  readonly name: string
  /** The ablation, or the network itself. */
  readonly subject: string
  /** Canonical: of layers, hyperparameters and edges. */
  readonly hash: string
  readonly parameters: { readonly trainable: number; readonly total: number }
  /** Per image, as written: 2 per multiply-add of a convolution or dense layer, 1 per elementwise product. */
  readonly flops: number
}

export interface Differences {
  /** Another layer, or other hyperparameters. */
  readonly changed: number
  /** The same layer with another output shape, as a consequence of what comes before it. */
  readonly reshaped: number
  readonly added: number
  readonly removed: number
}

/** Without a comparison everything is `same`. */
export type Status = 'same' | 'changed' | 'added' | 'removed'

/** A fact about each of the compared variants. `before` is absent without a comparison and of what is added, `after` of what is removed. */
export interface Sides<T> {
  readonly before?: T
  readonly after?: T
}

export type Item = Box | Group

/** One application of a statement: a layer with its normalisation and activation, a merge, or the input or output. */
export interface Box {
  readonly kind: 'box'
  /** The place among all boxes. */
  readonly id: number
  readonly role: 'input' | 'output' | 'layer' | 'merge' | 'shortcut'
  readonly parts: readonly Part[]
  /** Names given by `as`. */
  readonly labels: readonly string[]
  readonly shape: Sides<ShapeRange>
  /** What its parts have in common; `changed` where they differ, or where the shape does. */
  readonly status: Status
  /** So many in a row, each fed by the one before. */
  readonly count: number
}

export interface Part {
  readonly role: NodeRole | 'input' | 'output'
  /** Whether the call is another one; shapes do not count. */
  readonly status: Status
  readonly family: Family
  readonly layer: Sides<PartLayer>
}

export interface PartLayer {
  /** The first of them where a repeat is folded: `conv_3`. */
  readonly name: string
  /** Without arguments that have their default values: `conv(33, k=9)`. */
  readonly call: string
}

/** The output of the first and of the last repetition: they differ in channels where each repetition adds some. */
export interface ShapeRange {
  readonly first: Shape
  readonly last: Shape
}

/** What stands together: a structure, a define, or the body of a loop (`repeat`). */
export interface Group {
  readonly kind: 'group'
  readonly structure: Structure
  /** The structure's or the define's name. */
  readonly name: Sides<string>
  readonly status: Status
  readonly count: number
  /** The first repetition stands for all. */
  readonly items: readonly Item[]
}

export type Structure = 'residual' | 'densely' | 'parallel' | 'branch' | 'define' | 'repeat'

export interface Edge {
  readonly from: number
  readonly to: number
  readonly status: Exclude<Status, 'changed'>
  /**
   * Whether it only says again what added or removed boxes show: the edge a → c of one variant where the other has
   * a → b → c. Not drawn.
   */
  readonly implied: boolean
}
