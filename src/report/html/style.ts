import { PALETTE } from '../chart/style.ts'
import { raw } from '../markup.ts'

/** The charts' colours on a dark page. */
const DARK_SERIES = PALETTE.map(
  ({ light, dark }) => `svg [stroke="${light}"]{stroke:${dark}}svg [fill="${light}"]{fill:${dark}}`,
).join('\n')

const DARK = `:root{--page:#15171a;--ink:#e8e8e6;--soft:#a9adb3;--line:#3a3f46;--panel:#1d2025;--warn:#3a2d0c;--warn-line:#d9a520;--wrong:#ff9d8a;--link:#7fbfff}
${DARK_SERIES}`

/** The page's only style sheet. */
export const STYLE = raw(`
:root{color-scheme:light dark;--page:#fff;--ink:#1c1c1c;--soft:#5a5f66;--line:#d5d8dc;--panel:#f6f7f8;--warn:#fff6dc;--warn-line:#a87400;--wrong:#a8200d;--link:#0058a3}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);overflow-wrap:anywhere;font:16px/1.5 system-ui,"Segoe UI","Helvetica Neue",Arial,sans-serif}
main,footer{max-width:72rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.9rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.4rem;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:2px solid var(--ink)}
h3{font-size:1.1rem;margin:2rem 0 .5rem}
p,li,dd{max-width:46rem}
a{color:var(--link)}
code,pre{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.875em}
pre{overflow-x:auto;background:var(--panel);border:1px solid var(--line);padding:.75rem 1rem;line-height:1.45;tab-size:2}
pre.command{white-space:pre-wrap}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1.25rem;margin:1rem 0}
dt{color:var(--soft)}
dd{margin:0}
.lead,.note,figcaption{color:var(--soft)}
.note{font-size:.9rem;margin:.35rem 0}
.warning{background:var(--warn);border-left:.3rem solid var(--warn-line);padding:.75rem 1rem;margin:1rem 0}
.warning>:first-child{margin-top:0}
.warning>:last-child{margin-bottom:0}
.warning h3,.warning .head{font-size:1rem;font-weight:700;margin:0 0 .25rem}
.scroll{overflow-x:auto;margin:1rem 0}
.scroll:focus-visible{outline:2px solid var(--link)}
table{border-collapse:collapse;overflow-wrap:break-word;font-size:.875rem;line-height:1.35;font-variant-numeric:tabular-nums;border-bottom:1.5px solid var(--ink)}
caption{text-align:left;color:var(--soft);padding-bottom:.4rem}
th,td{padding:.3rem .65rem;text-align:right;white-space:nowrap;vertical-align:bottom}
th[scope=row],.text{text-align:left}
thead tr:first-child>*{border-top:1.5px solid var(--ink)}
thead tr:last-child>*{border-bottom:1px solid var(--ink)}
thead th{font-weight:600}
thead th[scope=colgroup]{text-align:center;font-weight:400;color:var(--soft);border-bottom:1px solid var(--line)}
tbody tr+tr>*{border-top:1px solid var(--line)}
th[scope=row]{font-weight:600}
th[scope=row],thead th[scope=col]{white-space:normal;max-width:17rem}
th[scope=row],thead th.text{position:sticky;left:0;background:var(--page)}
.images th[scope=row]{vertical-align:top;padding-top:.6rem}
sup{line-height:0}
sup a{text-decoration:none;padding:0 .1em}
figure{margin:0}
figcaption{font-size:.85rem;line-height:1.4;margin-top:.25rem;max-width:34rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,27rem),1fr));gap:2rem 1.5rem;margin:1rem 0}
.charts svg{display:block;width:100%;max-width:34rem;height:auto}
.images td,.images thead th{text-align:center;vertical-align:top}
.images td{padding:.4rem .5rem}
.images img{display:block;margin:0 auto .2rem;width:auto;height:56px;image-rendering:pixelated;border:1px solid var(--line)}
.wrong{color:var(--wrong);font-weight:700;text-decoration:underline}
.wrong::after{content:" \\2717"}
details{margin:1rem 0}
summary{cursor:pointer;font-weight:600}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media (max-width:40rem){main,footer{padding:1rem}dl{grid-template-columns:minmax(0,1fr)}dd{margin-bottom:.4rem}h1{font-size:1.5rem}th[scope=row],thead th[scope=col]{max-width:11rem}}
@media screen and (prefers-color-scheme:dark){${DARK}}
@media print{
html,body{font-size:10pt}
main,footer{max-width:none;padding:0}
table{font-size:7.5pt}
th,td{padding:.15rem .35rem}
.scroll{overflow:visible}
.charts{grid-template-columns:1fr 1fr}
figure,tr,.warning{break-inside:avoid}
h2,h3{break-after:avoid}
pre{white-space:pre-wrap}
.warning{border:1pt solid #000}
}
`)
