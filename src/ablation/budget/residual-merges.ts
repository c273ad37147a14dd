import { type GraphCost, costOf, countOperations } from '../../graph/cost.ts'
import { type Graph, type GraphNode, inputId, type NodeId, nodeOf, type Shape, shapeOf } from '../../graph/graph.ts'
import { conv } from '../../layers/conv.ts'
import type { LayerSpec } from '../../layers/layer.ts'
import type { ArgValue } from '../../registry/params.ts'

/** What a budget counts: parameters, trainable and not, or FLOPs as written. */
export type Quantity = 'params' | 'flops'
