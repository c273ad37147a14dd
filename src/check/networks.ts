import type { NetworkDeclaration } from '../syntax/ast.ts'
import { checkBody, checkDefault } from './check-body.ts'
import type { CheckedNetwork } from './elaborate.ts'
import { type BlockArgument, evaluateLayer, isBlockArgument } from './layer-statement.ts'
import type { Module } from './modules.ts'
import type { Reporter } from './reporter.ts'
import { createScope, type Scope } from './scope.ts'
import { bindValue, checkParameters } from './signatures.ts'
import { type CallValue, type CheckedParameter, unknownOf } from './value.ts'

/** The networks of all modules that passed the static check, by declaration. */
export interface StaticCheck {
  readonly networks: ReadonlyMap<NetworkDeclaration, CheckedNetwork>
  /** A define is wrong somewhere: what uses it cannot be elaborated, so nothing is. */
  readonly definesFailed: boolean
}

/**
 * Checks every signature and body of every module without knowing any argument. All independent
 * mistakes are found here, in branches not taken as well.
 */
export function checkModules(modules: readonly Module[], report: Reporter): StaticCheck {
  const before = report.errorCount()
  for (const module of modules) checkDefineSignatures(module, report)
  for (const module of modules) checkDefineBodies(module, report)
  const definesFailed = report.errorCount() > before
  const networks = new Map<NetworkDeclaration, CheckedNetwork>()
  for (const module of modules) {
    const defaults = fileDefaults(module, report)
    for (const declaration of module.file.declarations) {
      if (declaration.kind !== 'network') continue
      const errors = report.errorCount()
      const parameters = checkParameters(declaration.parameters, { scope: module.scope, report })
      checkWithParameters(declaration.body, parameters, module.scope, report)
      const network = { declaration, scope: module.scope, parameters, defaults }
      if (report.errorCount() === errors) networks.set(declaration, network)
    }
  }
  return { networks, definesFailed }
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

function fileDefaults(module: Module, report: Reporter): Readonly<Partial<Record<BlockArgument, CallValue>>> {
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
