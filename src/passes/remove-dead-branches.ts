import { neededNodes } from '../graph/graph.ts'
import { dropNodes } from './drop-nodes.ts'
import type { Pass } from './pass.ts'

/** Nodes that the output does not depend on go, with their weights. A label alone keeps nothing. */
export const removeDeadBranches: Pass = {
  name: 'remove-dead-branches',
  run(network) {
    const needed = neededNodes(network.graph)
    const dead = network.graph.nodes.filter(({ id }) => !needed.has(id))
    return dropNodes(network, new Map(dead.map(({ id }) => [id, null])))
  },
}
