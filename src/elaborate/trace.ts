import type { NodeId } from '../graph/graph.ts'
import type { ResolvedCall } from '../registry/construct.ts'

/**
 * A network with everything decided: loops unrolled, defines put in, parameters replaced by values. What is left are
 * layers and the three structures, so that it can be written as a plain file (`print-plain.ts`).
 */
export type Traced =
  | {
      readonly kind: 'node'
      readonly call: ResolvedCall
      /** Results that it takes besides the current one: the labels of `add` and `concat`. */
      readonly edges: readonly NodeId[]
      /** Nodes of one statement share it: a block. */
      readonly statement: number
    }
  | { readonly kind: 'residual'; readonly project: string; readonly body: readonly Traced[] }
  | { readonly kind: 'densely'; readonly body: readonly Traced[] }
  | { readonly kind: 'parallel'; readonly merge: string; readonly branches: readonly (readonly Traced[])[] }
  /** Names the result so far. */
  | { readonly kind: 'label'; readonly name: string; readonly id: NodeId }
