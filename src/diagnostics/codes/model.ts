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
  WM1005: {
    title: 'picture cannot be read',
    explanation:
      'The file is not there, is no PNG, or is a damaged one. wmnet reads PNG files of every kind: grey, colour, palettes, 16 bits.',
    exit: 1,
  },
  WM1006: {
    title: 'picture does not fit the network',
    explanation:
      'A network takes images of one size. `--resize` stretches others to it; without the option, a wrong size is an error, as it most often means a wrong file. Colours are turned to grey for ' +
      'a network with one channel; transparent pixels have no colour that the network could see.',
    exit: 1,
  },
  WM1007: {
    title: 'no layer to look at',
    explanation:
      'Grad-CAM looks at a layer that puts out a map: the last convolutional or weight map layer, or the one whose label is given. A network without such layers gives no heat map.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
