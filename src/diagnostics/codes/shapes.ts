import type { CodeEntry } from '../codes.ts'

export const shapeCodes = {} as const satisfies Record<`WM${number}`, CodeEntry>
