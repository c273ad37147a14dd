export { renderCharts } from './charts.ts'
export { renderReportFiles } from './files.ts'
export { renderReport } from './html/page.ts'
export { renderTable } from './table.ts'
