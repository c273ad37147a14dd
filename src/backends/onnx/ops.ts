import type { Ops } from '../../layers/ops.ts'
import { elementwiseOps } from './elementwise.ts'
import type { GraphWriter } from './graph-writer.ts'
import { convolutionOps, poolingOps, resizingOps } from './map-ops.ts'
import { shapeOps, statisticOps } from './shape-ops.ts'
import type { OnnxValue } from './value.ts'

/** Layers written down as ONNX nodes. What they are made of has its counterpart here, or this does not compile. */
export function createOps(writer: GraphWriter): Ops<OnnxValue> {
  return {
    shapeOf: (x) => x.shape,
    ...convolutionOps(writer),
    ...poolingOps(writer),
    ...resizingOps(writer),
    ...shapeOps(writer),
    ...statisticOps(writer),
    ...elementwiseOps(writer),
    dropoutMask: refuseTraining,
    uniformLike: refuseTraining,
    normalLike: refuseTraining,
  }
}

function refuseTraining(): never {
  throw new Error('a layer draws training noise outside of training')
}
