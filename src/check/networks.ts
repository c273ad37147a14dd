import type { Span } from '../diagnostics/diagnostic.ts'
import type { CheckedNetwork } from '../elaborate/elaborate.ts'
import type { Environment } from '../evaluate/evaluate.ts'
import { hasEnoughErrors, type Reporter } from '../evaluate/reporter.ts'
import { createScope, type Scope } from '../evaluate/scope.ts'
import { type CallValue, type CheckedParameter, type DefineInfo, unknownOf } from '../evaluate/value.ts'
import type { Declaration, NetworkDeclaration } from '../syntax/ast.ts'
import { checkBody, checkDefault } from './check-body.ts'
import { reportInputs } from './inputs.ts'
import { type BlockArgument, type BlockDefaults, evaluateLayer, isBlockArgument } from './layer-statement.ts'
import type { Module } from './modules.ts'
import { reportRecursion } from './recursion.ts'
import { bindValue, checkParameters } from './signatures.ts'

/** What the static check made of the networks of all modules. */
export interface StaticCheck {
  /** By declaration. Those that are wrong are here too: an ablation is still checked against their parameters. */
  readonly networks: ReadonlyMap<NetworkDeclaration, CheckedNetwork>
  /** Whether a network's own text is right. What it takes from a wrong define is found when it is elaborated. */
  isSound(network: CheckedNetwork): boolean
}

/**
 * Checks every signature and body of every module without knowing any argument. All independent
 * mistakes are found here, in branches not taken as well, up to so many that nobody reads them.
 */
export function checkModules(modules: readonly Module[], report: Reporter): StaticCheck {
  const wrongFiles = new Set<Scope>()
  const fileDefaults = new Map<Scope, BlockDefaults>()
  for (const { file, scope } of modules) {
    const errors = report.errorCount()
    fileDefaults.set(scope, defaultsOf(file.declarations, { scope, report }))
    if (report.errorCount() > errors) wrongFiles.add(scope)
  }
  const defines = modules.flatMap(definesOf)
  const wrongDefines = new Set(defines.filter(({ scope }) => wrongFiles.has(scope)))
  const checkEach = (check: (define: DefineInfo) => void) => {
    for (const define of defines) {
      if (hasEnoughErrors(report)) return
      const errors = report.errorCount()
      check(define)
      if (report.errorCount() > errors) wrongDefines.add(define)
    }
  }
  checkEach((define) => {
    define.parameters.push(...checkParameters(define.declaration.parameters, { scope: define.scope, report }))
  })
  checkEach((define) => {
    reportInputs(define.declaration.body, report)
    checkWithParameters(define.declaration.body, define.parameters, define.scope, report)
  })
  if (!hasEnoughErrors(report)) for (const define of reportRecursion(defines, report)) wrongDefines.add(define)
  const networks = new Map<NetworkDeclaration, CheckedNetwork>()
  const wrong = new Set<CheckedNetwork>()
  for (const { file, scope } of modules) {
    for (const declaration of file.declarations) {
      if (declaration.kind !== 'network' || hasEnoughErrors(report)) continue
      const errors = report.errorCount()
      const parameters = checkParameters(declaration.parameters, { scope, report })
      checkWithParameters(declaration.body, parameters, scope, report)
      const network = { declaration, scope, parameters, fileDefaults, wrongDefines }
      networks.set(declaration, network)
      if (report.errorCount() > errors || wrongFiles.has(scope)) wrong.add(network)
    }
  }
  return { networks, isSound: (network) => !wrong.has(network) }
}

/** The defines that a module declares itself. */
function definesOf({ scope }: Module): readonly DefineInfo[] {
  return [...scope.bindings.values()].flatMap((binding) =>
    binding.kind === 'define' && binding.define.scope === scope ? [binding.define] : [],
  )
}

function checkWithParameters(
  body: NetworkDeclaration['body'],
  parameters: readonly CheckedParameter[],
  fileScope: Scope,
  report: Reporter,
): void {
  const scope = createScope(fileScope)
  for (const { name, type, span } of parameters) {
    if (span !== undefined) bindValue(scope, name, unknownOf(type), span)
  }
  checkBody(body, { scope, report })
}

/** `default norm = …` at file level. */
function defaultsOf(declarations: readonly Declaration[], env: Environment): BlockDefaults {
  const defaults: Partial<Record<BlockArgument, CallValue>> = {}
  const places = new Map<BlockArgument, Span>()
  for (const declaration of declarations) {
    if (declaration.kind !== 'default') continue
    const errors = env.report.errorCount()
    checkDefault(declaration, env)
    const name = declaration.name.text
    if (env.report.errorCount() > errors || !isBlockArgument(name)) continue
    const earlier = places.get(name)
    if (earlier !== undefined) {
      env.report.error(
        'WM0203',
        declaration.name.span,
        `the default of \`${name}\` is given again; one holds for the file`,
        {
          labels: [{ span: earlier, message: 'first given here' }],
        },
      )
      continue
    }
    places.set(name, declaration.name.span)
    const value = evaluateLayer(declaration.value, `\`default ${name}\``, env)
    if (value.kind === 'call') defaults[name] = value
  }
  return defaults
}
