import type { CodeEntry } from '../codes.ts'

export const nameAndTypeCodes = {} as const satisfies Record<`WM${number}`, CodeEntry>
