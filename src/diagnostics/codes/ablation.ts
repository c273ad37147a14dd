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
} as const satisfies Record<`WM${number}`, CodeEntry>
