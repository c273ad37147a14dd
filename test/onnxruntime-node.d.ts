/**
 * The package's 1.17.0 ships no types. It is held at that release all the same: the oldest that has to read our files, and one
 * without an install script, where later ones try to download CUDA libraries.
 */
declare module 'onnxruntime-node' {
  export { InferenceSession, Tensor } from 'onnxruntime-common'
}
