import type * as tfc from '@tensorflow/tfjs-core'
import { lastConvolutional } from '../layers/last-convolutional.ts'
import { int, label, type ParamSpec } from '../registry/params.ts'
import { defineExplanation, type LayerView } from './explanation.ts'

const layer: ParamSpec<string | null> = {
  ...label({ doc: 'Label of a layer that puts out a map; without it, the last convolutional or weight map layer.' }),
  default: { kind: 'value', value: null },
}

/** Grad-CAM: Selvaraju et al. 2017, eqs. 1 and 2, on the logits. */
export const gradcam = defineExplanation({
  name: 'gradcam',
  doc: 'Where the last convolutional layer speaks for the class that the network predicts: its maps, weighted by the mean gradient of the logit.',
  example: 'gradcam(images=4)',
  params: {
    images: int({
      min: 1,
      max: 64,
      default: 4,
      doc: 'How many test images the report shows, the first of each class in turn.',
    }),
    layer,
  },
  node: (args, graph) => (args.layer === null ? lastConvolutional(graph) : (graph.labels[args.layer] ?? null)),
  heat(_, tf, view, classes) {
    const weights = tf.mean(classGradient(tf, view, classes), [1, 2], true)
    return scaleEach(tf, tf.relu(tf.sum<tfc.Tensor3D>(tf.mul(weights, view.activations), 3)))
  },
})

/** ∂z_c/∂A, [B, h, w, K]: of a sum over the batch, since no image's logits depend on another's activations. */
function classGradient(tf: typeof tfc, view: LayerView, classes: tfc.Tensor1D): tfc.Tensor4D {
  return tf.grad((activations) => {
    const logits = view.logits(activations as tfc.Tensor4D)
    return tf.sum(tf.mul(logits, tf.oneHot(classes, logits.shape[1])))
  })(view.activations) as tfc.Tensor4D
}

/** Each map to 0..1, min to max; one that is the same everywhere says nothing, and is 0. */
function scaleEach(tf: typeof tfc, maps: tfc.Tensor3D): tfc.Tensor3D {
  const low = tf.min(maps, [1, 2], true)
  const width = tf.sub(tf.max(maps, [1, 2], true), low)
  return tf.divNoNan<tfc.Tensor3D>(tf.sub(maps, low), width)
}
