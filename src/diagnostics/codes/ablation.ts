import type { CodeEntry } from '../codes.ts'

export const ablationCodes = {} as const satisfies Record<`WM${number}`, CodeEntry>
