// A convolution's sizes, from the attributes that tfjs gives its gradient kernels.
import { backend_util } from '@tensorflow/tfjs-core'

type Size4 = [number, number, number, number]
type Pad = Parameters<typeof backend_util.computeConv2DInfo>[4]
type Rounding = Parameters<typeof backend_util.computeConv2DInfo>[5]

/** Attributes of Conv2DBackpropFilter, Conv2DBackpropInput and their depthwise counterparts. */
export interface ConvAttributes {
  readonly strides: number | [number, number]
  readonly pad: Pad
  /** Absent from the depthwise kernels, which know only NHWC. */
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dimRoundingMode?: Rounding
  /** tfjs itself passes it only to the depthwise kernels. */
  readonly dilations?: number | [number, number]
  readonly filterShape?: Size4
  readonly inputShape?: Size4
}

/** Sizes, strides, dilations and padding of the convolution of an NHWC input with a filter. */
export function convInfo(
  attributes: ConvAttributes,
  inputShape: readonly number[] | undefined,
  filterShape: readonly number[] | undefined,
  depthwise: boolean,
): backend_util.Conv2DInfo {
  if (inputShape?.length !== 4 || filterShape?.length !== 4) {
    throw new Error(`a convolution of [${inputShape}] with a filter [${filterShape}] is not two-dimensional`)
  }
  const { strides, pad, dimRoundingMode, dilations = 1 } = attributes
  return backend_util.computeConv2DInfo(
    inputShape as Size4,
    filterShape as Size4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  )
}
