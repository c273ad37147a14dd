// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
export { box } from './box'
export { convFilterGrad, rotateFilter, spread } from './conv'
export { denseMul } from './dense'
export { depthwiseGrad } from './depthwise'
export { maxPoolGrad } from './pool'
export { segmentSum, sumMiddle } from './reduce'
export { wmMul, wmMulGradW, wmMulGradX } from './weight-map'
