import type { CodeEntry } from '../codes.ts'

export const syntaxCodes = {} as const satisfies Record<`WM${number}`, CodeEntry>
