import type { CodeEntry } from '../codes.ts'

export const environmentCodes = {} as const satisfies Record<`WM${number}`, CodeEntry>
