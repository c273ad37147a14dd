import type { CodeEntry } from '../codes.ts'

/** WM0301–WM0349: what layers say about their inputs. WM0350 and up: what the elaborator says. */
export const shapeCodes = {
  WM0301: {
    title: 'layer does not accept this shape',
    explanation:
      'Convolutions, poolings and weight map layers take a map (`height x width x channels`), `dense` takes a vector. ' +
      '`flatten` or `global_avgpool` makes a vector of a map; nothing makes a map of a vector again.',
    exit: 1,
  },
  WM0302: {
    title: 'kernel does not fit',
    explanation:
      'The window is larger than the padded map, so the output would have no pixel: ' +
      '`⌊(H + 2·padding − dilation·(k−1) − 1)/stride⌋ + 1` must be at least 1 for height and width. ' +
      'Use a smaller window, more padding, or fewer layers that shrink the map before it.',
    exit: 1,
  },
  WM0303: {
    title: 'kernel size must be odd',
    explanation:
      '`padding="same"` puts `dilation·(k−1)/2` zeros on *each* side, and `wm.unsharp` subtracts the mean around each pixel: ' +
      'both need a kernel with a middle, so an odd `k`. For an even kernel give the padding as a number.',
    exit: 1,
  },
  WM0304: {
    title: 'groups do not divide the channels',
    explanation:
      'A grouped convolution splits the input channels and the output channels into `groups` equal parts, so `groups` must divide both.',
    exit: 1,
  },
  WM0305: {
    title: 'merged shapes differ',
    explanation:
      '`add` needs inputs of one and the same shape; `concat` joins channels, so height and width must agree. ' +
      'A `conv(channels, k=1, stride=…)` on one of the paths brings them together.',
    exit: 1,
  },
  WM0350: {
    title: 'network without input',
    explanation: 'A network begins with `input HEIGHTxWIDTHxCHANNELS in [low, high]`, before its first layer.',
    exit: 1,
  },
  WM0351: {
    title: 'input in the wrong place',
    explanation: 'A network has one `input`. A define has none: it is applied to whatever comes before it.',
    exit: 1,
  },
  WM0352: {
    title: 'input shape is not an image',
    explanation: 'The input is height x width x channels, each at least 1: `28x28x1`.',
    exit: 1,
  },
  WM0353: {
    title: 'empty value range',
    explanation: 'The range of input values is `[low, high]` with low below high; `[0, 1]` where none is given.',
    exit: 1,
  },
  WM0354: {
    title: 'impossible repeat',
    explanation: 'A repeat counts from 0 up; 0 leaves the statement out.',
    exit: 1,
  },
  WM0355: {
    title: 'network without layers',
    explanation: 'Nothing follows the input, or what follows is left out by its conditions and repeats.',
    exit: 1,
  },
  WM0356: {
    title: 'residual shapes differ',
    explanation:
      '`residual` adds its input to its result. Where their shapes differ, `project=auto` puts a strided 1×1 convolution on the shortcut; that can only shrink height and width by a common stride.',
    exit: 1,
  },
  WM0358: {
    title: 'network too large',
    explanation:
      'A network holds at most 100,000 layers, repetitions unrolled, and so do the layers, defines and structures that the selectors of a variant choose from. All variants of a program, and its networks as their defaults make them, hold at most 500,000 layers together.',
    exit: 1,
  },
  WM0359: {
    title: 'network takes too many steps',
    explanation:
      'Loops, repeats and defines of a network take at most a million steps, those that add no layer included: `none x1000000000` would still be counted through.',
    exit: 1,
  },
  WM0360: {
    title: 'array too large',
    explanation:
      'No output and no weight of a layer has more than 2,147,483,648 numbers: no backend could hold it. The message gives the shape; a dimension may have a digit too many.',
    exit: 1,
  },
  WM0361: {
    title: 'bodies and defines too deep in one another',
    explanation:
      'With every define put in its place, bodies lie at most 250 deep in one another. A chain of defines that each apply the next goes over it; a repeat (`x300`) does not.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
