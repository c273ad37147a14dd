import { catalog } from './catalog.ts'
import type { ResolvedCall } from './construct.ts'
import type { ArgValue, ParamSpec } from './params.ts'

/**
 * A call without the arguments that have their default values: `conv(33, k=9)`. It is source that means the call again;
 * labels, which are edges of the graph, are given apart.
 */
export function printBrief(call: ResolvedCall, labels: readonly string[] = []): string {
  const params: Readonly<Record<string, ParamSpec>> = catalog[call.registry].get(call.name)?.params ?? {}
  let byPlace = true
  const shown = Object.entries(call.args).flatMap(([name, value]) => {
    const fallback = params[name]?.default
    // By place only from the first on: what follows an argument left out is named.
    if (fallback === undefined) return [byPlace ? printValue(value) : `${name}=${printValue(value)}`]
    byPlace = false
    const usual = fallback.kind === 'value' ? fallback.value : (call.args[fallback.parameter] ?? null)
    return JSON.stringify(value) === JSON.stringify(usual) ? [] : [`${name}=${printValue(value)}`]
  })
  const args = [...labels, ...shown]
  return args.length === 0 ? call.name : `${call.name}(${args.join(', ')})`
}

function printValue(value: ArgValue): string {
  if (value === null) return 'none'
  if (typeof value !== 'object') return String(value)
  return 'name' in value ? printBrief(value) : `[${value.map(printValue).join(', ')}]`
}
