import * as Plot from '@observablehq/plot'
import { shortNames } from '../text.ts'
import { type Axis, axisOf, placeInside, placeOn } from './axis.ts'
import type { LineChart, Series } from './chart.ts'
import {
  CHART_WIDTH,
  createDocument,
  type Frame,
  LEAST_PLOT_WIDTH,
  NAME_LIMIT,
  printTick,
  textWidth,
  xAxisOptions,
} from './frame.ts'
import { LABEL_HEIGHT, placeLabels, type SeriesLabel } from './labels.ts'

/** Pixels from the plot's edge to the labels, and the length of the line sample before each name. */
const LEADER = 16
const SAMPLE = 24

/** The pixel of a value on each axis, and the value at a pixel: Plot takes positions as values only. */
interface Scales {
  readonly x: Plot.Scale
  readonly y: Plot.Scale
}

/** The curves of a chart with their names beside their ends. */
export function drawLines(chart: LineChart): Element {
  const names = labelTexts(chart.series)
  const axis = axisOf(chart)
  const frame = frameOf(chart, names, axis)
  const levels = [...new Set(chart.series.flatMap((series) => series.points.map((point) => point.x)))]
  const xDomain = xDomainOf(levels)
  const scales = scalesOf(xDomain, axis, frame)
  const ends = chart.series.map((series) => endOf(series, axis, scales))
  const labels = placeLabels(chart.series, ends, frame.marginTop + 4, frame.height - frame.marginBottom - 4)
  return Plot.plot({
    document: createDocument(),
    ...frame,
    style: { fontSize: '13px' },
    x: {
      type: 'linear',
      domain: xDomain,
      ...xAxisOptions(chart.xLabel, frame),
      ticks: levels.length <= 6 ? levels : 6,
    },
    y: { type: axis.type, domain: [...axis.domain], axis: null },
    marks: [
      Plot.gridY([...axis.ticks], { stroke: 'currentColor', strokeOpacity: 0.12 }),
      // Text of its own: a logarithmic tick format leaves out labels as it sees fit.
      Plot.axisY([...axis.ticks], {
        label: null,
        text: (tick: number) => (tick === axis.zero ? '0' : printTick(tick)),
      }),
      ...zeroMarks(axis),
      ...referenceMarks(chart, axis),
      ...chart.series.flatMap((series) => seriesMarks(series, axis)),
      ...labels.flatMap((label) => labelMarks(label, names[chart.series.indexOf(label.series)] ?? '', scales, frame)),
    ],
  })
}

/** From the first to the last level; a single one stands in the middle. */
function xDomainOf(levels: readonly number[]): [number, number] {
  if (levels.length === 0) return [0, 1]
  const [first, last] = [Math.min(...levels), Math.max(...levels)]
  return first === last ? [first - 0.5, last + 0.5] : [first, last]
}

function scalesOf(xDomain: [number, number], axis: Axis, frame: Frame): Scales {
  const xRange = [frame.marginLeft, frame.width - frame.marginRight]
  const yRange = [frame.height - frame.marginBottom, frame.marginTop]
  return {
    x: Plot.scale({ x: { type: 'linear', domain: xDomain, range: xRange } }),
    y: Plot.scale({ y: { type: axis.type, domain: axis.domain, range: yRange } }),
  }
}

function labelTexts(series: readonly Series[]): readonly string[] {
  const names = shortNames(
    series.map((entry) => entry.name),
    NAME_LIMIT,
  )
  return series.map((entry, index) => {
    const hasData = entry.points.some((point) => point.value !== null)
    return `${names[index] ?? ''}${hasData ? '' : ' (no data)'}`
  })
}

function frameOf(chart: LineChart, names: readonly string[], axis: Axis): Frame {
  const label = Math.max(0, ...names.map(textWidth))
  const tick = Math.max(...axis.ticks.map((value) => textWidth(value === axis.zero ? '0' : printTick(value))))
  const [marginTop, marginBottom] = [54, 46]
  const [marginLeft, marginRight] = [Math.ceil(16 + tick), Math.ceil(LEADER + SAMPLE + 14 + label)]
  return {
    width: Math.max(CHART_WIDTH, marginLeft + LEAST_PLOT_WIDTH + marginRight),
    height: Math.max(320, marginTop + marginBottom + 8 + LABEL_HEIGHT * (chart.series.length - 1)),
    marginTop,
    marginRight,
    marginBottom,
    marginLeft,
  }
}

function zeroMarks(axis: Axis): readonly Plot.Markish[] {
  if (axis.zero === null) return []
  const broken = Math.sqrt(axis.zero * axis.floor)
  return [Plot.ruleY([broken], { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '1 4' })]
}

function referenceMarks(chart: LineChart, axis: Axis): readonly Plot.Markish[] {
  const reference = chart.reference
  if (reference === null || reference.y > axis.domain[1]) return []
  return [
    Plot.ruleY([reference.y], { stroke: 'currentColor', strokeOpacity: 0.55, strokeDasharray: '3 3' }),
    Plot.text([reference], {
      y: 'y',
      text: 'label',
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: 4,
      dy: -7,
      fontSize: 11,
      fillOpacity: 0.75,
    }),
  ]
}

function seriesMarks(series: Series, axis: Axis): readonly Plot.Markish[] {
  const { color, dash, symbol } = series.style
  const points = series.points.map((point) => ({ x: point.x, y: placeOn(axis, point.value) ?? Number.NaN }))
  const band = series.points.map(({ x, value, low, high }) => {
    if (low === null || high === null || (axis.zero !== null && value === 0))
      return { x, low: Number.NaN, high: Number.NaN }
    return { x, low: placeInside(axis, low), high: placeInside(axis, high) }
  })
  const hasBand = band.some(({ low }) => !Number.isNaN(low))
  // A curve does not cross the broken line below a logarithmic axis.
  const curve = points.map((point) => ({ x: point.x, y: point.y === axis.zero ? Number.NaN : point.y }))
  return [
    hasBand ? Plot.areaY(band, { x: 'x', y1: 'low', y2: 'high', fill: color, fillOpacity: 0.15 }) : null,
    Plot.lineY(curve, {
      x: 'x',
      y: 'y',
      stroke: color,
      strokeWidth: 1.75,
      ...(dash === null ? {} : { strokeDasharray: dash }),
    }),
    Plot.dot(points, { x: 'x', y: 'y', symbol, ...symbolPaint(series), r: 3.2 }),
  ]
}

/** Line symbols are stroked, the others filled. */
function symbolPaint({ style }: Series): { fill: string } | { stroke: string; strokeWidth: number } {
  const isStroked = style.symbol === 'times' || style.symbol === 'plus'
  return isStroked ? { stroke: style.color, strokeWidth: 1.75 } : { fill: style.color }
}

function endOf(series: Series, axis: Axis, scales: Scales): { x: number; y: number } | null {
  const last = series.points.findLast((point) => point.value !== null)
  const y = placeOn(axis, last?.value ?? null)
  return last === undefined || y === null ? null : { x: scales.x.apply(last.x), y: scales.y.apply(y) }
}

function labelMarks(label: SeriesLabel, text: string, scales: Scales, frame: Frame): readonly Plot.Markish[] {
  const at = (x: number, y: number) => ({ x: scales.x.invert?.(x), y: scales.y.invert?.(y) })
  const { color, dash, symbol } = label.series.style
  const left = frame.width - frame.marginRight + LEADER
  // A curve that ends early gets no leader: it would look like more data.
  const isWhole = label.anchor !== null && label.anchor.x >= frame.width - frame.marginRight - 1
  const leader = isWhole ? [at(label.anchor.x + 4, label.anchor.y), at(left - 3, label.y)] : []
  return [
    Plot.line(leader, { x: 'x', y: 'y', stroke: color, strokeWidth: 0.75, strokeOpacity: 0.6 }),
    Plot.line([at(left, label.y), at(left + SAMPLE, label.y)], {
      x: 'x',
      y: 'y',
      stroke: color,
      strokeWidth: 1.75,
      ...(dash === null ? {} : { strokeDasharray: dash }),
    }),
    Plot.dot([at(left + SAMPLE / 2, label.y)], { x: 'x', y: 'y', symbol, ...symbolPaint(label.series), r: 3.2 }),
    Plot.text([{ ...at(left + SAMPLE + 6, label.y), text }], { x: 'x', y: 'y', text: 'text', textAnchor: 'start' }),
  ]
}
