import { createRequire } from 'node:module'

/** An `import` would first search nine megabytes of CommonJS for names that are exported, which takes a fifth of `wmnet emit`'s time. */
export const { Node, Project, ts } = createRequire(import.meta.url)('ts-morph') as typeof import('ts-morph')
