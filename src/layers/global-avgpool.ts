import { defineLayer, noCost } from './layer.ts'
import { accept, onlyInput, reject } from './rules.ts'
import { connect } from './symbolic.ts'
import { notAMap, readMap } from './window.ts'

/** [B, H, W, C] to [B, C]. */
export const globalAvgpool = defineLayer({
  name: 'global_avgpool',
  doc: "Each channel's mean: a map becomes a vector.",
  example: 'global_avgpool',
  params: {},
  shape(_args, inputs) {
    const input = onlyInput(inputs)
    const map = readMap(input)
    return map === null ? reject(notAMap('global_avgpool', input)) : accept(map.channels)
  },
  weights: () => [],
  cost: () => noCost,
  forward: (ops, inputs) => ops.mean(onlyInput(inputs), [1, 2]),
  stock: {
    build: (layers, name, _args, inputs) => connect(layers.globalAveragePooling2d({ name }), inputs),
  },
})
