import type { CodeEntry } from '../codes.ts'

export const environmentCodes = {
  WM0701: {
    title: 'backend is not available',
    explanation:
      'The backend that was asked for cannot run on this machine. wmnet never falls back to another one on its own, since backends ' +
      'differ in speed and in the last bits of their results. Install what the message names, choose another backend, or leave ' +
      'the choice to `--backend auto`. `wmnet doctor` lists what is present and what `auto` would take.',
    exit: 3,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
