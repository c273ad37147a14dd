import type { CheckedNetwork } from '../elaborate/elaborate.ts'
import type { Reporter } from '../evaluate/reporter.ts'
import { createScope, type Scope } from '../evaluate/scope.ts'
import { type CallValue, type CheckedParameter, unknownOf } from '../evaluate/value.ts'
import type { NetworkDeclaration } from '../syntax/ast.ts'
import { checkBody, checkDefault } from './check-body.ts'
import { type BlockArgument, type BlockDefaults, evaluateLayer, isBlockArgument } from './layer-statement.ts'
import type { Module } from './modules.ts'
import { bindValue, checkParameters } from './signatures.ts'

/** What the static check made of the networks of all modules. */
export interface StaticCheck {
  /** By declaration. Those that are wrong are here too: an ablation is still checked against their parameters. */
  readonly networks: ReadonlyMap<NetworkDeclaration, CheckedNetwork>
  /** Whether a network can be elaborated: its signature and body are right, and every define is. */
  isSound(network: CheckedNetwork): boolean
}

/**
 * Checks every signature and body of every module without knowing any argument. All independent
 * mistakes are found here, in branches not taken as well.
 */
export function checkModules(modules: readonly Module[], report: Reporter): StaticCheck {
  const before = report.errorCount()
  for (const module of modules) checkDefineSignatures(module, report)
  for (const module of modules) checkDefineBodies(module, report)
  const fileDefaults = new Map(modules.map((module) => [module.scope, defaultsOf(module, report)]))
  // Defines and defaults reach into every network of their files.
  const sharedFailed = report.errorCount() > before
  const networks = new Map<NetworkDeclaration, CheckedNetwork>()
  const wrong = new Set<CheckedNetwork>()
  for (const module of modules) {
    for (const declaration of module.file.declarations) {
      if (declaration.kind !== 'network') continue
      const errors = report.errorCount()
      const parameters = checkParameters(declaration.parameters, { scope: module.scope, report })
      checkWithParameters(declaration.body, parameters, module.scope, report)
      const network = { declaration, scope: module.scope, parameters, fileDefaults }
      networks.set(declaration, network)
      if (report.errorCount() > errors) wrong.add(network)
    }
  }
  return { networks, isSound: (network) => !sharedFailed && !wrong.has(network) }
}

function checkDefineSignatures(module: Module, report: Reporter): void {
  for (const binding of module.scope.bindings.values()) {
    if (binding.kind !== 'define' || binding.define.scope !== module.scope) continue
    const parameters = checkParameters(binding.define.declaration.parameters, { scope: module.scope, report })
    binding.define.parameters.push(...parameters)
  }
}

function checkDefineBodies(module: Module, report: Reporter): void {
  for (const binding of module.scope.bindings.values()) {
    if (binding.kind !== 'define' || binding.define.scope !== module.scope) continue
    checkWithParameters(binding.define.declaration.body, binding.define.parameters, module.scope, report)
  }
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

function defaultsOf(module: Module, report: Reporter): BlockDefaults {
  const defaults: Partial<Record<BlockArgument, CallValue>> = {}
  const env = { scope: module.scope, report }
  for (const declaration of module.file.declarations) {
    if (declaration.kind !== 'default') continue
    const errors = report.errorCount()
    checkDefault(declaration, env)
    const name = declaration.name.text
    if (report.errorCount() > errors || !isBlockArgument(name)) continue
    const value = evaluateLayer(declaration.value, `\`default ${name}\``, env)
    if (value.kind === 'call') defaults[name] = value
  }
  return defaults
}
