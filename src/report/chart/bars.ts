import * as Plot from '@observablehq/plot'
import { shortNames } from '../text.ts'
import type { BarChart } from './chart.ts'
import {
  CHART_WIDTH,
  createDocument,
  type Frame,
  LEAST_PLOT_WIDTH,
  NAME_LIMIT,
  textWidth,
  xAxisOptions,
} from './frame.ts'

const ROW = 30

/** One horizontal bar for each variant, with its deviation as a whisker and its value in words. */
export function drawBars(chart: BarChart): Element {
  const names = shortNames(
    chart.bars.map((bar) => bar.name),
    NAME_LIMIT,
  )
  const rows = chart.bars.map((bar, index) => ({
    name: names[index] ?? '',
    value: bar.point.value ?? 0,
    low: bar.point.low ?? Number.NaN,
    high: bar.point.high ?? Number.NaN,
    end: Math.max(bar.point.value ?? 0, bar.point.high ?? 0),
    text: bar.text,
    color: bar.style.color,
  }))
  const most = Math.max(chart.xTop ?? 0, ...rows.map((row) => row.end))
  const frame = frameOf(chart, names)
  return Plot.plot({
    document: createDocument(),
    ...frame,
    style: { fontSize: '13px' },
    x: { domain: [0, most > 0 ? most : 1], ...xAxisOptions(chart.xLabel, frame), ticks: 5 },
    y: { type: 'band', domain: [...names], label: null, padding: 0.35, tickSize: 0 },
    marks: [
      Plot.gridX({ stroke: 'currentColor', strokeOpacity: 0.12, ticks: 5 }),
      ...rows.map((row) => Plot.barX([row], { y: 'name', x1: 0, x2: 'value', fill: row.color, fillOpacity: 0.8 })),
      Plot.ruleY(
        rows.filter((row) => row.low < row.high),
        { y: 'name', x1: 'low', x2: 'high', stroke: 'currentColor', strokeWidth: 1.5 },
      ),
      Plot.ruleX([0], { stroke: 'currentColor', strokeOpacity: 0.6 }),
      Plot.text(rows, { x: 'end', y: 'name', text: 'text', textAnchor: 'start', dx: 6 }),
    ],
  })
}

function frameOf(chart: BarChart, names: readonly string[]): Frame {
  const marginLeft = Math.ceil(14 + Math.max(0, ...names.map(textWidth)))
  const marginRight = Math.ceil(16 + Math.max(0, ...chart.bars.map((bar) => textWidth(bar.text))))
  const [marginTop, marginBottom] = [34, 46]
  return {
    width: Math.max(CHART_WIDTH, marginLeft + LEAST_PLOT_WIDTH + marginRight),
    height: marginTop + marginBottom + ROW * chart.bars.length,
    marginTop,
    marginRight,
    marginBottom,
    marginLeft,
  }
}
