// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
export { box } from './box'
export { convFilterGrad, rotateFilter, spread } from './conv'
export { depthwiseGrad } from './depthwise'
export { wmMul, wmMulGradW, wmMulGradX } from './weight-map'
