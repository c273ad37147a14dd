export { renderDot } from './dot.ts'
export type { Picture } from './model.ts'
export { countBoxes, createPicture } from './picture.ts'
export { maxBoxes, renderSvg } from './svg.ts'
