import { registryOf } from '../registry/construct.ts'
import { add } from './add.ts'
import { avgpool } from './avgpool.ts'
import { batchnorm } from './batchnorm.ts'
import { concat } from './concat.ts'
import { conv } from './conv.ts'
import { crop } from './crop.ts'
import { dense } from './dense.ts'
import { depthwise } from './depthwise.ts'
import { dropout } from './dropout.ts'
import { elu } from './elu.ts'
import { flatten } from './flatten.ts'
import { gaussianNoise } from './gaussian-noise.ts'
import { gelu } from './gelu.ts'
import { globalAvgpool } from './global-avgpool.ts'
import { groupnorm } from './groupnorm.ts'
import type { LayerSpec } from './layer.ts'
import { layernorm } from './layernorm.ts'
import { leakyRelu } from './leaky-relu.ts'
import { maxpool } from './maxpool.ts'
import { none } from './none.ts'
import { pad } from './pad.ts'
import { relu } from './relu.ts'
import { scale } from './scale.ts'
import { selu } from './selu.ts'
import { separable } from './separable.ts'
import { sigmoid } from './sigmoid.ts'
import { silu } from './silu.ts'
import { softmax } from './softmax.ts'
import { tanh } from './tanh.ts'
import { uniformNoise } from './uniform-noise.ts'
import { upsample } from './upsample.ts'
import { wmSmooth } from './wm-smooth.ts'
import { wmUnsharp } from './wm-unsharp.ts'

export const layers = registryOf<LayerSpec>(
  conv,
  depthwise,
  separable,
  wmSmooth,
  wmUnsharp,
  dense,
  scale,
  flatten,
  maxpool,
  avgpool,
  globalAvgpool,
  pad,
  crop,
  upsample,
  batchnorm,
  layernorm,
  groupnorm,
  dropout,
  uniformNoise,
  gaussianNoise,
  relu,
  leakyRelu,
  elu,
  selu,
  gelu,
  silu,
  tanh,
  sigmoid,
  softmax,
  add,
  concat,
  none,
)
