import type { CodeEntry } from '../codes.ts'

/** WM05xx: protocols and studies, alone and against the networks they run. */
export const specCodes = {
  WM0501: {
    title: 'unknown protocol entry',
    explanation:
      'A protocol has the entries `data`, `augment`, `train`, `trials`, `seed`, `noise`, `attack` and `measure`.',
    exit: 1,
  },
  WM0502: {
    title: 'incomplete protocol',
    explanation:
      'Every protocol says on which `data` and how to `train`, itself or through the protocol that it extends.',
    exit: 1,
  },
  WM0503: {
    title: 'protocol extends itself',
    explanation: 'The chain of `extends` leads back to where it began.',
    exit: 1,
  },
  WM0504: {
    title: 'protocol entry given twice',
    explanation: 'Each entry stands once, but for `noise` and `attack`, which stand once for each noise or attack.',
    exit: 1,
  },
  WM0505: {
    title: 'study runs nothing',
    explanation: 'A study says what to run: `study S { run Ablation under Protocol }`.',
    exit: 1,
  },
  WM0506: {
    title: 'study runs the same twice',
    explanation:
      'A subject under a protocol gives one set of numbers, however often it is run. For more trials, say `trials N` in the protocol.',
    exit: 1,
  },
  WM0510: {
    title: 'images do not fit the network',
    explanation: "The data set's height, width and channels must be those of the network's `input`.",
    exit: 1,
  },
  WM0511: {
    title: 'value range does not fit the network',
    explanation:
      "Noise and attacks clip to the range that `input … in [low, high]` gives, so it must be the data set's.",
    exit: 1,
  },
  WM0512: {
    title: 'classes do not fit the logits',
    explanation: 'The network must end in one logit per class of the data set.',
    exit: 1,
  },
  WM0513: {
    title: 'label that names no one layer',
    explanation:
      'The measure or explanation names a layer by its label; every variant of the run must have exactly one such (`… as name`).',
    exit: 1,
  },
  WM0514: {
    title: 'perturbation wider than the input range',
    explanation:
      "An ε beyond the width of the input's range lets every value become any other: nothing is measured there.",
    exit: 1,
  },
  WM0515: {
    title: 'no convolutional layer to look at',
    explanation: 'Without a label, `activation_mse` and `gradcam` look at the last convolutional or weight map layer.',
    exit: 1,
  },
  WM0516: {
    title: 'no validation images to choose by',
    explanation: '`keep = best(…)` compares epochs on the validation images, and the data set keeps none.',
    exit: 1,
  },
  WM0517: {
    title: 'layer to look at puts out no map',
    explanation:
      'A heat map has height and width, and so must the output of the layer that it is made from: one before `flatten` and global pooling.',
    exit: 1,
  },
  WM0518: {
    title: 'attack cannot use its ε',
    explanation:
      'All steps of the attack together are shorter than ε, so that it never gets to the edge of what it may do: its errors are too low, and the network looks robust. ' +
      'More steps, or longer ones, mend that. Usual is a way of ε and a third: `pgd` takes 40 steps of ε/30 by default.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
