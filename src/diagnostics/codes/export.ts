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
      '`wmnet emit --train` writes the augmentation, the training step and the FGSM of a protocol. Other attacks are not written, nor is a second FGSM, ' +
      'and nothing is left out in silence: give it a protocol without them.',
    exit: 1,
  },
  WM1061: {
    title: "a written module's packages are not installed",
    explanation:
      'A module that `wmnet emit` writes imports @tensorflow/tfjs-core, and with `--with-layers` or `--train` @tensorflow/tfjs-layers. ' +
      'Neither Node nor `tsc` finds them from the folder that it was written to. The module is complete: install them there, or move it into a project that has them.',
    exit: 3,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
