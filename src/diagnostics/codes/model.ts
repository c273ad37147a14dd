import type { CodeEntry } from '../codes.ts'

/** WM10xx: trained models, their weights, and the images shown to them. */
export const modelCodes = {
  WM1001: {
    title: 'weights file is damaged',
    explanation:
      'The file is not a sound safetensors file of float32 numbers: it is cut off, its header is not what the format asks for, or the header and the bytes behind it ' +
      'do not agree. Nothing of such a file is used. The format is described in docs/weights.md.',
    exit: 1,
  },
  WM1002: {
    title: 'weights are of another network',
    explanation:
      'Weights belong to one architecture: each by its name and shape, and all of them by the hash of the graph, which also covers what weights do not show, such as strides and ' +
      'activations. The message lists what does not match. `wmnet variants FILE` shows the hashes; choose the variant that was trained.',
    exit: 1,
  },
  WM1003: {
    title: 'not the folder of a model',
    explanation:
      'A model is a folder with `wmnet.json` in it. `wmnet run` writes one for every trained network, `models/STUDY/VARIANT/trial-N` in its run folder.',
    exit: 1,
  },
  WM1004: {
    title: 'model folder is damaged',
    explanation:
      '`wmnet.json` says what the model is: its sources, which variant of them, its input and its classes. Here it is not whole, a file beside it is missing, or its sources no longer give the ' +
      'network that was trained, as the hash of the graph shows: then open it with the version of wmnet that wrote it.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
