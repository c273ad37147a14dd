import type { CodeEntry } from '../codes.ts'

/** WM105x: networks in other programs' formats; WM106x: as source. */
export const exportCodes = {
  WM1050: {
    title: 'network is too large for ONNX',
    explanation:
      'An ONNX file is one protobuf message, which ends at 2 GiB: 536 million float32 weights. ' +
      '`wmnet summary` shows where they are; a weight map layer has one weight per pixel and pair of channels, so that pooling before it saves most.',
    exit: 1,
  },
  WM1060: {
    title: 'part of the protocol is not written',
    explanation:
      '`wmnet emit --train` writes the training step and the FGSM of a protocol: every optimizer, the loss with its label smoothing, FGSM in both norms. ' +
      'Augmentation and other attacks are not written, and nothing is left out in silence: give it a protocol without them, which may extend another.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
