import { defineKeep } from './keep.ts'

export const last = defineKeep({
  name: 'last',
  doc: 'Keeps the weights of the last epoch.',
  example: 'last',
  params: {},
  needsValidation: () => false,
  replaces: () => true,
})
