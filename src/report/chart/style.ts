/** How one variant is drawn, in every chart of its run. Hue, dash and symbol each tell variants apart alone. */
export interface SeriesStyle {
  readonly color: string
  readonly dash: string | null
  readonly symbol: 'circle' | 'square2' | 'triangle' | 'diamond2' | 'times' | 'triangle2' | 'plus'
}

/**
 * Colours of at least 3:1 contrast on white that stay apart under the common kinds of colour blindness (after the hues
 * of Okabe and Ito, darkened), each with its counterpart for a dark page. The baseline comes first, in ink.
 */
export const PALETTE: readonly { readonly light: string; readonly dark: string }[] = [
  { light: '#1f1f1f', dark: '#ececec' },
  { light: '#0068a8', dark: '#56b4f5' },
  { light: '#cc4f00', dark: '#ff9257' },
  { light: '#007a5a', dark: '#35cfa2' },
  { light: '#a8478b', dark: '#e797cb' },
  { light: '#8a6a00', dark: '#f0cb4e' },
  { light: '#5b4fc4', dark: '#b3acff' },
]

const DASHES = [null, '7 3', '2 3', '9 3 2 3', '12 4'] as const
const SYMBOLS = ['circle', 'square2', 'triangle', 'diamond2', 'times', 'triangle2', 'plus'] as const

/** 7 colours, 5 dashes: no two of 35 variants look the same. */
export function styleOf(index: number): SeriesStyle {
  return {
    color: PALETTE[index % PALETTE.length]?.light ?? '#1f1f1f',
    dash: DASHES[index % DASHES.length] ?? null,
    symbol: SYMBOLS[(index + Math.floor(index / SYMBOLS.length)) % SYMBOLS.length] ?? 'circle',
  }
}
