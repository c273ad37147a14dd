import { axisOf } from './axis.ts'
import { drawBars } from './bars.ts'
import type { Chart, DrawnChart } from './chart.ts'
import { headMarkup } from './frame.ts'
import { drawLines } from './lines.ts'
import { serializeSvg } from './serialize.ts'

const WHITE = '<rect width="100%" height="100%" fill="white"/>'

/** Draws a chart twice: for a page that has its own colours, and for a file of its own on white. */
export function drawChart(chart: Chart): DrawnChart {
  const root = chart.kind === 'lines' ? drawLines(chart) : drawBars(chart)
  const title = headMarkup(chart.title, chart.kind === 'lines' ? chart.yLabel : '').markup
  const caption = [chart.caption, ...notesOf(chart)].join(' ')
  const label = `${chart.title}. ${caption}`
  return {
    name: chart.name,
    topic: chart.topic,
    title: chart.title,
    caption,
    inline: serializeSvg(root, label, title),
    file: `<?xml version="1.0" encoding="UTF-8"?>\n${serializeSvg(root, label, `${WHITE}\n${title}`)}\n`,
  }
}

/** What a reader of the curves has to know beyond what they show. */
function notesOf(chart: Chart): readonly string[] {
  if (chart.kind === 'bars') return []
  const axis = axisOf(chart)
  const hasGaps = chart.series.some((series) => series.points.some((point) => point.value === null))
  return [
    ...(axis.type === 'log' ? ['Logarithmic axis.'] : []),
    ...(axis.zero === null ? [] : ['Values of exactly 0 are below the dotted line.']),
    ...(hasGaps ? ['Points that were not measured or are not finite numbers are missing.'] : []),
  ]
}
