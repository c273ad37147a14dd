import type { Command, CommanderError } from 'commander'
import { type Diagnostic, error } from '../diagnostics/diagnostic.ts'
import { didYouMean } from './usage.ts'

/** Commander's complaint about a command line in wmnet's style. Its messages name the culprit in quotes. */
export function describeUsageError(complaint: CommanderError, program: Command, argv: readonly string[]): Diagnostic {
  const command = program.commands.find((candidate) => candidate.name() === argv[0])
  const culprit = /'([^']*)'/.exec(complaint.message)?.[1] ?? ''
  const help = `see 'wmnet ${command === undefined ? '' : `${command.name()} `}--help'`
  switch (complaint.code) {
    case 'commander.unknownCommand': {
      const names = program.commands.map((candidate) => candidate.name())
      const hints = [...didYouMean(culprit, names), help]
      return error('WM0901', `'${culprit}' is not one of ${names.join(', ')}`, { hints })
    }
    case 'commander.unknownOption': {
      const options = (command ?? program).options.flatMap((option) => option.long ?? [])
      const hints = [...didYouMean(culprit, options), help]
      return error('WM0902', `'${commandName(command)}' has no option '${culprit}'`, { hints })
    }
    case 'commander.missingArgument':
      return error('WM0903', `'${commandName(command)}' needs <${culprit}>`, { hints: [help] })
    case 'commander.optionMissingArgument':
      return error('WM0903', `option '${culprit}' needs its value`, { hints: [help] })
    case 'commander.excessArguments': {
      const taken = ['no arguments', 'one argument'][command?.registeredArguments.length ?? 0] ?? 'fewer arguments'
      return error('WM0905', `'${commandName(command)}' takes ${taken}`, { hints: [help] })
    }
    default:
      throw complaint
  }
}

function commandName(command: Command | undefined): string {
  return command === undefined ? 'wmnet' : `wmnet ${command.name()}`
}
