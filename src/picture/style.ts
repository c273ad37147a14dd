import type { Family } from './family.ts'
import type { Status } from './model.ts'

/** Colours of a surface: every text on it has a contrast of at least 7:1. */
export interface Surface {
  readonly fill: string
  readonly text: string
}

export const ink = '#1f2933'
export const faint = '#4a5560'
export const paper = '#ffffff'
export const lineColor = '#5b6670'
export const boxBorder = '#8793a0'
export const frameBorder = '#aeb8c2'
/** Frames within frames alternate. */
export const frameFills = ['#f6f8fa', '#ffffff'] as const

/** The hues of families stay apart under the common kinds of colour blindness; the words in the boxes say the same. */
export const familySurfaces: Readonly<Record<Family, Surface>> = {
  convolution: { fill: '#d3e5f7', text: '#0d3358' },
  weightMap: { fill: '#e4d9f5', text: '#3b1f66' },
  dense: { fill: '#d5ecd4', text: '#14421a' },
  normalization: { fill: '#fbeec2', text: '#4f3a00' },
  elementwise: { fill: '#fde2d2', text: '#642708' },
  reshape: { fill: '#e6eaee', text: '#27313b' },
  merge: { fill: '#ffffff', text: ink },
  terminal: { fill: '#ffffff', text: ink },
}

/** In a comparison the status is the colour; sign and dashes say it without colour. */
export interface StatusStyle extends Surface {
  readonly border: string
  readonly sign: string
  readonly dash: string
}

export const statusStyles: Readonly<Record<Status, StatusStyle>> = {
  same: { fill: '#eef1f4', text: '#2f3a44', border: boxBorder, sign: '', dash: '' },
  changed: { fill: '#ffefbf', text: '#4a3500', border: '#9a6a00', sign: '≠', dash: '' },
  added: { fill: '#d2f0dc', text: '#0a4023', border: '#13753f', sign: '+', dash: '' },
  removed: { fill: '#fbdcd9', text: '#6d140e', border: '#b3261e', sign: '−', dash: '4 3' },
}

export const codeFont = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
export const proseFont = "system-ui,'Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif"
