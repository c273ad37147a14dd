/** `wmnet/onnx`: networks as ONNX files. Runs in Node and in browsers, and needs no tfjs. */
export { exportOnnx, type OnnxNotes, type OnnxSubject, requireFits } from './export.ts'
