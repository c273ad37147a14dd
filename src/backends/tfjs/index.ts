/**
 * `wmnet/tfjs`: importing it registers wmnet's layers with tfjs, so that `tf.loadLayersModel` opens saved models.
 */
import * as tf from '@tensorflow/tfjs-core'

export { activationModel, buildModel } from './build.ts'
export { type BackendReport, examineBackends } from './examine.ts'
export { loadModelFiles, type ModelFiles, modelFiles } from './save.ts'
export { ensureBackend, releaseBackend, type StartedBackend, startBackend } from './select.ts'
export { viewLayer } from './view-layer.ts'
export { assignWeights, readWeights } from './weights.ts'
export { tf }
