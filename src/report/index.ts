export { renderCharts } from './charts.ts'
export { renderTable } from './table.ts'
