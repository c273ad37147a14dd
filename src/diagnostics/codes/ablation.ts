import type { CodeEntry } from '../codes.ts'

/** WM04xx: ablations and their variants. */
export const ablationCodes = {
  WM0401: {
    title: 'unknown parameter',
    explanation: 'A variant sets parameters of its network, whole (`norm = batchnorm`) or in part (`widths[0] = 64`).',
    exit: 1,
  },
  WM0402: {
    title: 'unknown variant',
    explanation: 'A sum such as `a = b + c` is of variants of the same ablation.',
    exit: 1,
  },
  WM0403: {
    title: 'variant is part of itself',
    explanation: 'The sum leads back to the variant that it defines.',
    exit: 1,
  },
  WM0404: {
    title: 'ablation without variants',
    explanation: 'An ablation lists its variants; the first one is the baseline: `variant base { }`.',
    exit: 1,
  },
  WM0405: {
    title: 'variant changes nothing',
    explanation:
      'The variant computes exactly what the baseline (the first variant) does, so that comparing them says nothing. Often a parameter is set to the value that it has already, or one that the body does not use.',
    exit: 1,
  },
  WM0406: {
    title: 'two variants are the same network',
    explanation:
      'Both variants give one graph: the same layers, hyperparameters and connections. One of them is not what it was meant to be.',
    exit: 1,
  },
  WM0407: {
    title: 'unknown selector',
    explanation:
      'A selector starts with the name of a layer (`conv`, `wm.smooth`), a define, a structure (`residual`, `densely`, `parallel`) or a label given by `as`; `in` takes a define, a structure or a label, `after` and `before` take a label. The network as this variant has it so far holds nothing of that name.',
    exit: 1,
  },
  WM0408: {
    title: 'selector matches nothing',
    explanation:
      'Such layers exist, but none is left after `in`, `after`, `before` and `where`. A diff that changes nothing would make the variant equal to its baseline without a word. `index` counts the matches from 0 in forward order, repetitions unrolled; `count` is their number.',
    exit: 1,
  },
  WM0409: {
    title: 'selector matches another number of layers',
    explanation: '`expect N` states how many layers the diff is to change; it found another number.',
    exit: 1,
  },
  WM0410: {
    title: 'ambiguous selector',
    explanation: 'The name is a label and a kind of layer in this network. Give the label another name.',
    exit: 1,
  },
  WM0411: {
    title: 'replacement loses an argument that shapes the output',
    explanation:
      'A replacement keeps the arguments that both layers have and drops the others. One that it dropped was needed for the shape of the output, which has changed. Say in the replacement what is to take its place: `replace maxpool with conv(16, k=2, stride=2)`.',
    exit: 1,
  },
  WM0412: {
    title: 'this cannot be wrapped',
    explanation:
      '`wrap SELECTOR in BLOCK` gives each selected layer to a define as its one missing `layer` parameter: `define gated(inner: layer) { residual { inner } }`. Structures are wrapped in the source.',
    exit: 1,
  },
  WM0413: {
    title: 'no width meets the budget',
    explanation:
      '`match` tries every whole number in the range of its parameters, moved together in the proportion that they have. None comes as near as `within` asks; the two nearest are shown.',
    exit: 1,
  },
  WM0414: {
    title: 'budget cannot be solved',
    explanation:
      '`match params|flops of VARIANT by TARGET, …` moves ints of the network, or parts of lists of ints, that are above 0 and do change the cost.',
    exit: 1,
  },
  WM0415: {
    title: 'budgets wait for each other',
    explanation: 'A variant is matched to the cost of another, which is matched, directly or through others, to it.',
    exit: 1,
  },
  WM0416: {
    title: 'axis of a grid is wrong',
    explanation:
      'An axis of a `grid` or `zip` sets one parameter to each value of a list or range; it holds at least one value and none twice, and each axis is given once.',
    exit: 1,
  },
  WM0417: {
    title: 'axes of different lengths',
    explanation: '`zip` pairs first with first, second with second: its axes have equally many values.',
    exit: 1,
  },
  WM0418: {
    title: 'exclude drops nothing',
    explanation:
      '`exclude` drops those variants of the grids and zips of its ablation that have all the values listed. None has.',
    exit: 1,
  },
  WM0419: {
    title: 'too many variants',
    explanation: 'An ablation may have 1,000 variants; a grid multiplies quickly.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
