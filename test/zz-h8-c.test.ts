import { it } from 'vitest'
import { readFileSync } from 'node:fs'
import { compile } from '../src/compile.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
it('x', () => { const p = compile({path:'t.wmnet', text: readFileSync('/tmp/t1.wmnet','utf8')}); console.log(renderDiagnostics(p.diagnostics, p.sources, {color:false})) })
