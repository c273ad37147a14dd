import type { CodeEntry } from '../codes.ts'

/** WM08xx: runs and their folders. WM09xx: the command line. */
export const runCodes = {
  WM0801: {
    title: 'run folder holds an earlier run',
    explanation:
      'The folder already has trained trials in it, and wmnet never replaces results unasked. ' +
      '`--resume` goes on with that run, `--overwrite` starts anew and deletes its files, `--out DIR` takes another folder.',
    exit: 1,
  },
  WM0802: {
    title: 'folder is not a run folder',
    explanation:
      'The folder given by `--out` holds files that no wmnet run wrote (it has no `plan.json` of ours). ' +
      'Nothing in it is touched, not even with `--overwrite`. Give an empty or a new folder.',
    exit: 1,
  },
  WM0803: {
    title: 'run was started with another plan',
    explanation:
      '`--resume` goes on with a run only when graphs, protocol, backend and version are the same as at its start: ' +
      'trials of two plans in one table would not be comparable. Comments and layout of the sources may differ.',
    exit: 1,
  },
  WM0804: {
    title: 'run folder is in use',
    explanation:
      'Another wmnet process is writing to this folder. Its process number stands in the file `.lock` there; ' +
      'if that process is not wmnet, delete the file.',
    exit: 1,
  },
  WM0805: {
    title: 'run folder cannot be written',
    explanation:
      'A file of the run could not be written: the disk is full, or the folder may not be written. ' +
      'Result files are written beside their place and renamed, so none is left half-written; `--resume` goes on once there is room.',
    exit: 3,
  },
  WM0806: {
    title: 'file of the run is damaged',
    explanation:
      'A file in the run folder is not what wmnet wrote there. A trial whose file is deleted is trained again by `--resume`; ' +
      'without its `plan.json` a run cannot be resumed.',
    exit: 1,
  },
  WM0807: {
    title: 'training process was killed',
    explanation:
      'A worker process was ended from outside, most often because the machine ran out of memory. ' +
      'The other trials go on; `--resume` trains the missing one, and fewer `--jobs` need less memory.',
    exit: 3,
  },
  WM0901: {
    title: 'unknown command',
    explanation: 'wmnet has no such command. `wmnet --help` lists them.',
    exit: 1,
  },
  WM0902: {
    title: 'unknown option',
    explanation: 'The command has no such option. `wmnet COMMAND --help` lists them.',
    exit: 1,
  },
  WM0903: {
    title: 'something is missing on the command line',
    explanation:
      'The command needs an argument, or an option needs a value or another option. `wmnet COMMAND --help` shows how it is used.',
    exit: 1,
  },
  WM0904: {
    title: 'option value does not fit',
    explanation:
      'The value is not one that the option takes: a number out of range, or a word that is not in its list.',
    exit: 1,
  },
  WM0905: {
    title: 'too many arguments',
    explanation: 'The command takes fewer arguments than were given. `wmnet COMMAND --help` shows how it is used.',
    exit: 1,
  },
  WM0906: {
    title: 'options exclude each other',
    explanation:
      'Two options ask for opposite things, such as going on with a run and starting it anew, or one means nothing beside the other.',
    exit: 1,
  },
  WM0907: {
    title: 'no such variant',
    explanation:
      '`--variant` names a variant of the file as `wmnet summary FILE` lists them: `cnn`, or `Table2.cnn` where two ablations have one of that name.',
    exit: 1,
  },
  WM0908: {
    title: 'no such study',
    explanation: '`--study` names one of the `study` declarations of the file.',
    exit: 1,
  },
  WM0909: {
    title: 'no study to run',
    explanation:
      '`wmnet run` runs a study: `study NAME { run ABLATION under PROTOCOL }`, usually in a `.wmspec` file. ' +
      'A file with several studies needs `--study NAME`.',
    exit: 1,
  },
  WM0910: {
    title: 'no such diagnostic code',
    explanation: 'Diagnostic codes are `WM` and four digits, as in `error[WM0302]`.',
    exit: 1,
  },
  WM0911: {
    title: 'network is too large to draw',
    explanation:
      '`wmnet graph` draws up to 2,000 boxes, equal repeats folded into one: more cannot be read. ' +
      '`--dot` gives the same graph to Graphviz, `--json` to programs, both without this limit.',
    exit: 1,
  },
  WM0912: {
    title: 'file would be overwritten',
    explanation:
      '`wmnet variants --write` and `wmnet emit -o` overwrite only files that they wrote themselves, which say so in their first line. Choose another place, or move the file away.',
    exit: 1,
  },
  WM0913: {
    title: 'file cannot be written',
    explanation:
      'The folder cannot be made, or the file cannot be written there: the message gives the reason of the system.',
    exit: 3,
  },
  WM0914: {
    title: 'one variant is needed',
    explanation:
      '`wmnet export` and `wmnet emit` write one variant, `wmnet graph` draws one, or with `--diff` what one becomes in another. Where a file has several, ' +
      '`--variant NAME` chooses; where two ablations have one of that name, `--variant ABLATION.NAME` does.',
    exit: 1,
  },
  WM0915: {
    title: 'one protocol is needed',
    explanation:
      '`wmnet emit --train SPEC` writes what one protocol of the file says. Where the file declares several, `--protocol NAME` chooses; ' +
      'a protocol that it only imports does not count.',
    exit: 1,
  },
  WM0850: {
    title: 'training diverged',
    explanation:
      'The training loss became NaN or infinite, and no later batch can bring the weights back, so the trial stops. Reports name it, and means are over the other trials. ' +
      'Usual causes are a learning rate that is too large, initial weights that are too large (`init`), or a deep network without normalisation.',
    exit: 1,
  },
  WM0851: {
    title: 'nothing to train',
    explanation: 'The network has no trainable weights, so there is nothing that an optimizer could change.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
