import type { Series } from './chart.ts'

/** The name of a series beside the end of its curve, in pixels from the top of the drawing. */
export interface SeriesLabel {
  readonly series: Series
  /** The curve's last point; null when it has none. */
  readonly anchor: { readonly x: number; readonly y: number } | null
  readonly y: number
}

export const LABEL_HEIGHT = 17

/**
 * Puts the labels in the order in which the curves end, each as near to its curve's end as the others let it.
 * `ends` are the pixel positions of the curves' last points, in the order of `series`.
 */
export function placeLabels(
  series: readonly Series[],
  ends: readonly ({ readonly x: number; readonly y: number } | null)[],
  top: number,
  bottom: number,
): readonly SeriesLabel[] {
  const items = series.map((entry, index) => ({ series: entry, anchor: ends[index] ?? null, index }))
  items.sort((a, b) => (a.anchor?.y ?? Infinity) - (b.anchor?.y ?? Infinity) || a.index - b.index)
  // Downwards so that no two overlap, then upwards from the bottom edge so that all of them stay inside.
  const places: number[] = []
  for (const item of items) {
    places.push(Math.max(item.anchor?.y ?? bottom, (places.at(-1) ?? top - LABEL_HEIGHT) + LABEL_HEIGHT))
  }
  let limit = bottom
  for (let i = places.length - 1; i >= 0; i -= 1) {
    limit = Math.min(places[i] ?? limit, limit)
    places[i] = limit
    limit -= LABEL_HEIGHT
  }
  return items.map(({ series: entry, anchor }, i) => ({ series: entry, anchor, y: places[i] ?? bottom }))
}
