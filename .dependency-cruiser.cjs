/**
 * The rooms of docs/architecture.md as rules: who may import whom.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles-between-rooms',
      comment: 'Rooms form one street. (Inside a room a recursive walk may be spread over files.)',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { circular: true, via: { pathNot: '^src/$1/', dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'tfjs-only-in-its-backend',
      comment: 'wmnet check must not load tfjs: elsewhere its types alone may be imported.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/backends/(tfjs/|typescript/runtime/)' },
      to: { path: 'node_modules/@tensorflow/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-rooms-without-node',
      comment: 'Text to graph is pure and runs in a browser too.',
      severity: 'error',
      from: {
        path: '^src/(diagnostics|registry|random|syntax|format|evaluate|check|elaborate|ablation|spec|graph|weights|passes|picture|layers|init|measures|explain|noise|attacks|training|data/datasets|backends/onnx)/|^src/(compile|index|data/(dataset|batches))\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'diagnostics-import-nothing',
      severity: 'error',
      from: { path: '^src/diagnostics/' },
      to: { path: '^src/', pathNot: '^src/diagnostics/' },
    },
    {
      name: 'syntax-imports-diagnostics-alone',
      severity: 'error',
      from: { path: '^src/syntax/' },
      to: { path: '^src/', pathNot: '^src/(syntax|diagnostics)/' },
    },
    {
      name: 'format-is-text-to-text',
      comment: 'A formatter that knew what a program means could refuse one that only parses.',
      severity: 'error',
      from: { path: '^src/format/' },
      to: { path: '^src/', pathNot: '^src/(format|syntax|diagnostics)/' },
    },
    {
      name: 'rooms-before-the-driver',
      comment: 'Layers, graphs and checking know nothing of training, studies, reports or the command line.',
      severity: 'error',
      from: { path: '^src/(registry|random|syntax|evaluate|check|elaborate|ablation|spec|graph|passes|layers|init)/' },
      to: { path: '^src/(study|report|cli|backends)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'training-knows-no-study',
      severity: 'error',
      from: { path: '^src/(data|training|noise|attacks|measures|backends)/' },
      to: { path: '^src/(cli|report|evaluate|check|elaborate|spec|syntax|ablation)/' },
    },
    {
      name: 'report-reads-results-alone',
      comment: 'A report is a function of results.json.',
      severity: 'error',
      from: { path: '^src/report/' },
      to: {
        path: '^src/(cli|evaluate|check|elaborate|spec|syntax|ablation|backends|training|data)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pictures-draw-graphs-alone',
      comment: 'A picture is a function of one graph or two.',
      severity: 'error',
      from: { path: '^src/picture/' },
      to: { path: '^src/', pathNot: '^src/(picture|graph|registry|layers)/|^src/evaluate/assert-never\\.ts$' },
    },
    {
      name: 'nothing-imports-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'ts-morph-only-where-typescript-is-written',
      comment: 'It takes longer to load than all of wmnet: `emit` alone loads it, when it runs.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/backends/typescript/' },
      to: { path: 'node_modules/ts-morph/' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/backends/tfjs/kernels/assembly/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
