import * as tfc from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import './custom-layer.ts'

/** A tfjs LayersModel as its two files: `model.json` and `weights.bin`. */
export interface ModelFiles {
  readonly json: string
  readonly weights: Uint8Array
}

const weightsFile = 'weights.bin'

/** The files that `tf.loadLayersModel` opens; the manifest names the weights `weights.bin`. */
export async function modelFiles(model: tfl.LayersModel): Promise<ModelFiles> {
  let files: ModelFiles | undefined
  await model.save(
    tfc.io.withSaveHandler(async (artifacts) => {
      files = filesOf(artifacts)
      return { modelArtifactsInfo: tfc.io.getModelArtifactsInfoForJSON(artifacts) }
    }),
  )
  if (files === undefined) throw new Error('tfjs did not call the save handler')
  return files
}

/** The model that `modelFiles` wrote, on the current backend. */
export async function loadModelFiles(json: string, weights: Uint8Array): Promise<tfl.LayersModel> {
  const parsed = JSON.parse(json) as tfc.io.ModelJSON
  const weightSpecs = parsed.weightsManifest.flatMap((group) => group.weights)
  const weightData = new Uint8Array(weights).buffer
  return tfl.loadLayersModel(
    tfc.io.fromMemory({ modelTopology: parsed.modelTopology, format: parsed.format, weightSpecs, weightData }),
  )
}

function filesOf(artifacts: tfc.io.ModelArtifacts): ModelFiles {
  const { modelTopology, format, generatedBy, convertedBy, weightSpecs = [], weightData } = artifacts
  if (weightData === undefined) throw new Error('tfjs saved a model without weights')
  const weightsManifest = [{ paths: [weightsFile], weights: weightSpecs }]
  return {
    json: JSON.stringify({ modelTopology, format, generatedBy, convertedBy, weightsManifest }),
    weights: new Uint8Array(tfc.io.CompositeArrayBuffer.join(weightData)),
  }
}
