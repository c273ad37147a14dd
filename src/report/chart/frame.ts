import type { ScaleOptions } from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { html, type Markup } from '../markup.ts'
import { shorten } from '../text.ts'

/** A drawing's size and margins in pixels. Narrow, so that its text stays readable on a phone's screen. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly marginTop: number
  readonly marginRight: number
  readonly marginBottom: number
  readonly marginLeft: number
}

export const CHART_WIDTH = 540
/** What the plot itself keeps where names are long; the drawing grows instead. */
export const LEAST_PLOT_WIDTH = 320
/** Characters of the longest name that a drawing shows in full. */
export const NAME_LIMIT = 30
const TITLE_LIMIT = 54

/** The document that Plot builds its elements in. */
export function createDocument(): Document {
  return parseHTML('<!doctype html><html><body></body></html>').document
}

/** Pixels that text of 13 px takes, on the generous side: fonts differ. */
export function textWidth(text: string): number {
  return 7.2 * [...text].length
}

/** A horizontal axis with its label centred under the plot, as long as stays inside the drawing. */
export function xAxisOptions(label: string, { width, marginLeft, marginRight }: Frame): ScaleOptions {
  const center = marginLeft + (width - marginLeft - marginRight) / 2
  // Wider than `textWidth`: a character that the font lacks may come from one with broad letters.
  const limit = Math.floor((2 * Math.min(center, width - center)) / 8)
  return {
    label: shorten(label, limit),
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset: 38,
    tickFormat: printTick,
  }
}

/** The title, and under it what the vertical axis shows. */
export function headMarkup(title: string, yLabel: string): Markup {
  return html`<g text-anchor="start"><text x="4" y="16" font-size="15" font-weight="bold">${shorten(title, TITLE_LIMIT)}</text><text x="4" y="38">${shorten(yLabel, TITLE_LIMIT)}</text></g>`
}

/** Ticks in plain numbers as long as these are short. */
export function printTick(value: number): string {
  const size = Math.abs(value)
  if (value === 0 || (size >= 1e-3 && size < 1e6)) return String(Number(value.toPrecision(6)))
  return value.toExponential(0).replace('e+', 'e')
}
