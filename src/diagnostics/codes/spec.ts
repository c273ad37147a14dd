import type { CodeEntry } from '../codes.ts'

export const specCodes = {} as const satisfies Record<`WM${number}`, CodeEntry>
