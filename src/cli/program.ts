import { Command } from 'commander'
import { version } from '../version.ts'
import type { Terminal } from './terminal.ts'
import { collectNames, collectPair, mostThreads, readChoice, readCount, readSeed, readThreads } from './usage.ts'

const backends = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const
const conventions = ['written', 'compiled', 'conv'] as const

/**
 * The commands with their options and help. Each command's code is imported when it is run, so that `check` and `--help`
 * load neither tfjs nor the report. `finish` receives the exit code.
 */
export function createProgram(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command('wmnet')
    .description('Declare neural networks and their ablations, train them, attack them, and report what holds.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', examples('wmnet check examples/paper/small.wmnet', 'wmnet run specs/quick.wmspec'))
    .addHelpText('after', '\nExit codes: 0 fine, 1 your input, 2 a bug in wmnet, 3 the environment, 130 interrupted.')
  addCheck(program, terminal, finish)
  addFmt(program, terminal, finish)
  addSummary(program, terminal, finish)
  addVariants(program, terminal, finish)
  addGraph(program, terminal, finish)
  addEmit(program, terminal, finish)
  addRun(program, terminal, finish)
  addPredict(program, terminal, finish)
  addExport(program, terminal, finish)
  addDoctor(program, terminal, finish)
  addExplain(program, terminal, finish)
  return program
}

type Finish = (exitCode: number) => void

function addCheck(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'check', 'Check files for errors without running anything.')
    .argument('<file...>', '.wmnet and .wmspec files')
    .option('--json', 'print the diagnostics as JSON')
    .addHelpText('after', examples('wmnet check examples/paper/small.wmnet', 'wmnet check specs/*.wmspec --json'))
    .action(async (files: string[], options: { json?: true }) => {
      const { check } = await import('./commands/check.ts')
      finish(check(files, options, terminal))
    })
}

function addFmt(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'fmt', 'Lay files out in the one style, every comment kept.')
    .argument('<file...>', '.wmnet and .wmspec files; - reads standard input and writes standard output')
    .option('--check', 'write nothing; list the files that would change, and exit with 1 if there are any')
    .addHelpText('after', examples('wmnet fmt net.wmnet', 'wmnet fmt --check examples/paper/*.wmnet specs/*.wmspec'))
    .action(async (files: string[], options: { check?: true }) => {
      const { fmt } = await import('./commands/fmt.ts')
      finish(await fmt(files, options, terminal))
    })
}

function addSummary(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'summary', 'Show shapes, parameters, operations and memory of every variant.')
    .argument('<file>', 'a .wmnet or .wmspec file')
    .option('--variant <names>', 'only these variants, comma-separated', collectNames('--variant'))
    .option(
      '--flops <convention>',
      'written (every operation of the equations), compiled (as it runs) or conv (convolutions alone, as the paper)',
      readChoice('--flops', conventions),
    )
    .option('--json', 'print the numbers as JSON')
    .addHelpText(
      'after',
      examples(
        'wmnet summary examples/paper/small.wmnet',
        'wmnet summary net.wmnet --variant cnn,smooth --flops conv --json',
      ),
    )
    .action(
      async (file: string, options: { variant?: string[]; flops?: (typeof conventions)[number]; json?: true }) => {
        const { summary } = await import('./commands/summary.ts')
        finish(summary(file, options, terminal))
      },
    )
}

function addVariants(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'variants', 'List variants: what each changes, and what it costs.')
    .argument('<file>', 'a .wmnet or .wmspec file')
    .option('--variant <names>', 'only these variants, comma-separated', collectNames('--variant'))
    .option('--json', 'print the list as JSON')
    .option('--write <dir>', 'write each variant as a plain .wmnet file of its own into this folder')
    .addHelpText(
      'after',
      examples('wmnet variants examples/paper/densenet.wmnet', 'wmnet variants net.wmnet --write variants'),
    )
    .action(async (file: string, options: { variant?: string[]; json?: true; write?: string }) => {
      const { variants } = await import('./commands/variants.ts')
      finish(variants(file, options, terminal))
    })
}

function addGraph(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'graph', 'Draw a network, or what one variant changes of another.')
    .argument('<file>', 'a .wmnet or .wmspec file')
    .option('--variant <name>', 'which variant, where the file has several')
    .option('--diff <names...>', 'two variants, before and after: what differs is marked', collectPair('--diff'))
    .option('--svg', 'a picture (the default)')
    .option('--dot', 'a graph for Graphviz')
    .option('--json', 'the picture as data: boxes, groups, edges, repeats folded')
    .option('-o, --out <path>', 'write to this file (default: standard output)')
    .addHelpText(
      'after',
      examples(
        'wmnet graph examples/paper/resnet.wmnet --variant conv -o resnet.svg',
        'wmnet graph examples/paper/small.wmnet --diff cnn smooth -o diff.svg',
        'wmnet graph net.wmnet --dot | dot -Tpdf > net.pdf',
      ),
    )
    .action(async (file: string, options: import('./commands/graph.ts').GraphFlags) => {
      const { graph } = await import('./commands/graph.ts')
      finish(graph(file, options, terminal))
    })
}

function addEmit(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'emit', 'Write a network as a TypeScript module that needs tfjs-core alone.')
    .argument('<file>', 'a .wmnet or .wmspec file')
    .option('--variant <name>', 'which variant, where the file has several')
    .option('--literal', "weight map layers as the paper's equations print them: for reading, not for training")
    .option('--with-layers', 'as a tf.LayersModel, which needs tfjs-layers too')
    .option(
      '--train <spec>',
      'with the training step and the FGSM of the protocol in this .wmspec file; needs tfjs-layers too',
    )
    .option('--protocol <name>', 'which protocol, where the .wmspec file has several')
    .option('-o, --out <path>', 'write to this .ts file (default: standard output)')
    .addHelpText(
      'after',
      examples(
        'wmnet emit examples/paper/densenet.wmnet --variant alternating -o model.ts',
        'wmnet emit examples/paper/small.wmnet --variant smooth --with-layers --train specs/quick.wmspec',
        'wmnet emit examples/paper/small.wmnet --variant smooth --literal',
      ),
    )
    .action(async (file: string, options: import('./commands/emit.ts').EmitFlags) => {
      const { emit } = await import('./commands/emit.ts')
      finish(await emit(file, options, terminal))
    })
}

function addRun(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'run', 'Train, perturb, attack and report a study.')
    .argument('<spec>', 'a file with a study, usually .wmspec')
    .option('--study <name>', 'which study, where the file has several')
    .option('--variant <names>', 'only these variants, comma-separated', collectNames('--variant'))
    .option('--out <dir>', 'the run folder (default: runs/<study>)')
    .option('--resume', 'go on with the run in the folder')
    .option('--overwrite', 'replace the run in the folder')
    .option('--backend <name>', `${backends.join(', ')} (default: auto)`, readChoice('--backend', backends))
    .option('--data <dir>', 'where the data files are (default: WMNET_DATA, else they are downloaded)')
    .option('--jobs <n>', 'trials at a time (default: one per core on wasm and cpu)', readCount('--jobs'))
    .option(
      '--threads <n>',
      `threads per trial on wasm, up to ${mostThreads} (default: 1); jobs times threads fill the cores`,
      readThreads,
    )
    .option('--profile', 'train nothing: show time, bytes and kernels of one training step, layer by layer')
    .option('--json', 'with --profile: print it as JSON')
    .option('--seed <n>', "in place of the protocol's seed", readSeed('--seed'))
    .option('--trials <n>', "in place of the protocol's trials", readCount('--trials'))
    .option('--epochs <n>', "in place of the protocol's epochs", readCount('--epochs'))
    .option('--batch <n>', "in place of the protocol's batch size", readCount('--batch'))
    .addHelpText(
      'after',
      examples(
        'wmnet run specs/quick.wmspec',
        'wmnet run specs/mnist.wmspec --variant cnn,smooth --trials 1 --out runs/first',
        'wmnet run specs/mnist.wmspec --resume',
        'wmnet run specs/quick.wmspec --profile --variant smooth',
      ),
    )
    .action(async (spec: string, options: import('./commands/run.ts').RunFlags) => {
      const { run } = await import('./commands/run.ts')
      finish(await run(spec, options, terminal))
    })
}

function addPredict(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'predict', 'Show what a trained model takes images for, and where it sees that.')
    .argument('<model>', "a model's folder, as runs keep them: models/STUDY/VARIANT/trial-N")
    .argument('<image...>', 'PNG files')
    .option('--explain <dir>', 'write each image with its Grad-CAM heat map into this folder')
    .option('--layer <label>', 'where --explain looks (default: the last convolutional or weight map layer)')
    .option('--resize', "stretch images to the model's input size; without it, another size is an error")
    .option('--invert', 'turn light and dark around: for black on white where the model was trained on white on black')
    .option('--top <n>', 'how many classes to list (default: 3)', readCount('--top'))
    .option('--json', 'print every probability as JSON')
    .option('--backend <name>', `${backends.join(', ')} (default: auto)`, readChoice('--backend', backends))
    .addHelpText(
      'after',
      examples(
        'wmnet predict runs/quickstart/models/Quickstart-Quick/smooth/trial-1 three.png',
        'wmnet predict MODEL photos/*.png --resize --explain heat',
      ),
    )
    .action(async (model: string, images: string[], options: import('./commands/predict.ts').PredictFlags) => {
      const { predict } = await import('./commands/predict.ts')
      finish(await predict(model, images, options, terminal))
    })
}

function addExport(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'export', 'Write a variant with its weights as an ONNX file.')
    .argument('<file>', 'a .wmnet or .wmspec file')
    .option('--variant <name>', 'which variant, where the file has several')
    .option('--weights <path>', "a trained model's folder, or a .safetensors file")
    .option('--seed <n>', 'in place of weights: those that training with this seed starts from', readSeed('--seed'))
    .option('--fold', 'fold batch normalisation into the layers before it')
    .option('-o, --out <path>', 'write to this file')
    .addHelpText(
      'after',
      examples(
        'wmnet export net.wmnet --weights runs/first/models/Table2-Paper/cnn/trial-1 --variant cnn -o cnn.onnx',
        'wmnet export examples/paper/small.wmnet --variant smooth --seed 1 -o untrained.onnx',
      ),
    )
    .action(async (file: string, options: import('./commands/export.ts').ExportFlags) => {
      const { exportNetwork } = await import('./commands/export.ts')
      finish(exportNetwork(file, options, terminal))
    })
}

function addDoctor(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'doctor', 'Show what this machine offers: backends, data, cores.')
    .option('--json', 'print it as JSON')
    .option('--data <dir>', 'where the data files are (default: WMNET_DATA)')
    .addHelpText('after', examples('wmnet doctor', 'wmnet doctor --json'))
    .action(async (options: { json?: true; data?: string }) => {
      const { doctor } = await import('./commands/doctor.ts')
      finish(await doctor(options, terminal))
    })
}

function addExplain(program: Command, terminal: Terminal, finish: Finish): void {
  addCommand(program, 'explain', 'Explain a diagnostic code.')
    .argument('<code>', 'as in error[WM0302]')
    .addHelpText('after', examples('wmnet explain WM0302'))
    .action(async (code: string) => {
      const { explain } = await import('./commands/explain.ts')
      finish(explain(code, terminal))
    })
}

function addCommand(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).helpOption('-h, --help', 'show this help')
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
}
