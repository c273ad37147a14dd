import { type Graph, type GraphNode, type NodeId, shapeOf } from '../graph/graph.ts'
import { layers } from '../layers/index.ts'
import type { LayerSpec } from '../layers/layer.ts'
import { onlyInput } from '../layers/rules.ts'
import { entryOf } from '../registry/construct.ts'
import { dropNodes } from './drop-nodes.ts'
import type { Pass } from './pass.ts'

/**
 * Layers that do nothing at inference go: dropout, training noise, `pad(0)`, a sum of one term. One stays where a layer would
 * otherwise take a result twice (`residual { dropout(0.5) }`): tfjs-layers disposes of such a result before its last use.
 */
export const removeIdentities: Pass = {
  name: 'remove-identities',
  run(network) {
    const { graph } = network
    const instead = new Map<NodeId, NodeId>()
    const resolve = (id: NodeId) => instead.get(id) ?? id
    const users = usersOf(graph)
    for (const node of graph.nodes) {
      if (!isIdentity(graph, node)) continue
      const input = resolve(onlyInput(node.inputs))
      const meets = (users.get(node.id) ?? []).some(({ inputs }) => inputs.map(resolve).includes(input))
      if (!meets) instead.set(node.id, input)
    }
    return dropNodes(network, instead)
  },
}

function isIdentity(graph: Graph, { call, inputs }: GraphNode): boolean {
  const spec: LayerSpec = entryOf(layers, call)
  const shapes = inputs.map((id) => shapeOf(graph, id))
  return spec.isIdentity?.(call.args, shapes) ?? false
}

/** The nodes that take each result. */
function usersOf(graph: Graph): ReadonlyMap<NodeId, readonly GraphNode[]> {
  const users = new Map<NodeId, GraphNode[]>()
  for (const node of graph.nodes) {
    for (const id of new Set(node.inputs)) users.set(id, [...(users.get(id) ?? []), node])
  }
  return users
}
