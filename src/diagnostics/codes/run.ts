import type { CodeEntry } from '../codes.ts'

export const runCodes = {} as const satisfies Record<`WM${number}`, CodeEntry>
