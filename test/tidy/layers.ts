/**
 * Which layer may import which. `tsc -b` refuses an upward import too; this table also covers tests,
 * packages and the project references themselves, and says what to do.
 */
import { importsOf, resolveImport } from './imports.ts';
import type { Finding, Project, ProjectFile, Rule } from './project.ts';

interface Layer {
  readonly imports: readonly string[];
  /** `node:` modules and @types/node. */
  readonly node?: true;
  readonly packages?: readonly string[];
}

/** '.' is src/index.ts, the library face. */
const layers: Readonly<Record<string, Layer>> = {
  base: { imports: [] },
  look: { imports: [] },
  protocol: { imports: ['base'] },
  engine: { imports: ['protocol', 'base'] },
  tracker: { imports: ['protocol', 'base'] },
  sim: { imports: ['engine', 'tracker', 'protocol', 'base'] },
  node: {
    imports: ['engine', 'tracker', 'protocol', 'base'],
    node: true,
    packages: ['koffi', 'pg', 'redis', 'ws'],
  },
  'api/contract': { imports: ['base'], packages: ['zod'] },
  'api/client': { imports: ['api/contract', 'base'], node: true, packages: ['zod'] },
  'api/service': { imports: ['api/contract', 'base'], node: true },
  'api/routes': {
    imports: ['api/service', 'api/contract', 'node', 'engine', 'tracker', 'protocol', 'base'],
    node: true,
    packages: [
      'fastify',
      'fastify-type-provider-zod',
      '@fastify/static',
      '@fastify/swagger',
      'zod',
    ],
  },
  'api/transmission': {
    imports: ['api/service', 'api/contract', 'base'],
    node: true,
    packages: ['fastify', 'zod'],
  },
  'api/qbittorrent': {
    imports: ['api/service', 'api/contract', 'base'],
    node: true,
    packages: ['fastify', '@fastify/multipart', 'zod'],
  },
  daemon: {
    imports: [
      'api/routes',
      'api/transmission',
      'api/qbittorrent',
      'api/service',
      'api/client',
      'api/contract',
      'node',
      'engine',
      'tracker',
      'protocol',
      'base',
    ],
    node: true,
  },
  'tracker-server': {
    imports: [
      'api/routes',
      'api/contract',
      'node',
      'engine',
      'tracker',
      'protocol',
      'look',
      'base',
    ],
    node: true,
    packages: ['fastify', 'pino'],
  },
  web: {
    imports: ['api/contract', 'protocol', 'look', 'base'],
    packages: [
      'react',
      'react-dom',
      'react-dom/client',
      '@tanstack/react-table',
      '@tanstack/react-virtual',
      'radix-ui',
      'uplot',
      'uplot/dist/uPlot.min.css',
      'uqr',
      'virtual:tokens.css',
    ],
  },
  cli: {
    imports: ['daemon', 'tracker-server', 'api/client', 'api/contract', 'base'],
    node: true,
    packages: ['@clack/prompts', 'commander', 'smol-toml'],
  },
  '.': { imports: ['daemon', 'tracker-server', 'node', 'engine', 'tracker', 'protocol', 'base'] },
};

/** What unit tests may use besides what their layer may. */
const testPackages = ['fast-check'];

function checkFile(file: ProjectFile): Finding[] {
  const layer = layers[file.layer as string];
  if (!layer) {
    return [
      file.whole(`src/${file.layer} is no layer: add it to the table in test/tidy/layers.ts`),
    ];
  }
  return importsOf(file).flatMap(({ specifier, offset }) => {
    const problem = specifier.startsWith('.')
      ? relativeProblem(file, layer, resolveImport(file.path, specifier))
      : packageProblem(file, layer, specifier);
    return problem ? [file.finding(offset, `imports ${specifier}: ${problem}`)] : [];
  });
}

function relativeProblem(file: ProjectFile, layer: Layer, target: string): string | undefined {
  const [top, ...rest] = target.split('/');
  if (top !== 'src') {
    if (target === 'package.json') return undefined;
    return `a file under src/ stands alone; move what it needs into src/, or the test into test/`;
  }
  const to = layerOfPath(rest);
  if (to === file.layer || layer.imports.includes(to)) return undefined;
  const allowed = layer.imports.length > 0 ? layer.imports.join(', ') : 'nothing';
  return `${file.layer} may import ${allowed}; pass it in through a port, or move it to a lower layer`;
}

/** `parts` are the steps of a path below src/. */
function layerOfPath(parts: readonly string[]): string {
  if (parts[0] === 'api' && parts.length > 2) return `api/${parts[1]}`;
  return parts.length === 1 ? '.' : (parts[0] as string);
}

function packageProblem(file: ProjectFile, layer: Layer, specifier: string): string | undefined {
  if (file.isTest && (specifier.startsWith('node:') || testPackages.includes(specifier))) return;
  if (specifier.startsWith('node:')) {
    return layer.node ? undefined : 'this layer is pure; put what touches the system into src/node';
  }
  if (layer.packages?.includes(specifier)) return undefined;
  return 'no package may be used here; see docs/decisions/0004-few-dependencies.md';
}

export const layerImports: Rule = {
  name: 'a layer imports only what the table allows',
  check: (project: Project) =>
    project.typeScript.filter((file) => file.layer !== undefined).flatMap(checkFile),
  bad: [
    { 'src/base/a.ts': "import { x } from '../protocol/x.ts';" },
    { 'src/engine/a.ts': "import type { x } from '../tracker/x.ts';" },
    { 'src/engine/a.ts': "import { readFile } from 'node:fs';" },
    { 'src/engine/a.test.ts': "import { x } from '../node/x.ts';" },
    { 'src/node/deep/a.ts': "export * from '../../sim/x.ts';" },
    { 'src/daemon/a.ts': "const x = import('commander');" },
    { 'src/cli/a.ts': "import { x } from '../engine/x.ts';" },
    { 'src/index.ts': "export { x } from './cli/x.ts';" },
    { 'src/attic/a.ts': '' },
    { 'src/node/a.test.ts': "import { x } from '../../test/x.ts';" },
  ],
  good: {
    'src/engine/a.ts': "import { x } from '../base/x.ts';\nconst s = \"from '../node/x.ts'\";",
    'src/engine/a.test.ts': "import test from 'node:test';\nimport fc from 'fast-check';",
    'src/node/deep/a.ts':
      "import { readFile } from 'node:fs';\nimport { x } from '../../engine/x.ts';",
    'src/cli/a.ts': "import { Command } from 'commander';",
    'test/a.ts': "import { x } from '../src/sim/x.ts';",
  },
};

interface TsConfig {
  compilerOptions?: { types?: string[] };
  references?: { path: string }[];
}

function checkReferences(project: Project): Finding[] {
  return Object.entries(layers).flatMap(([name, layer]) => {
    const path = name === '.' ? 'src/tsconfig.json' : `src/${name}/tsconfig.json`;
    const file = project.file(path);
    if (!file) return [];
    const config = JSON.parse(file.text) as TsConfig;
    const problems: Finding[] = [];
    for (const reference of config.references ?? []) {
      const to = resolveImport(path, reference.path).replace(/^src\//, '');
      if (!layer.imports.includes(to)) {
        problems.push(
          file.whole(`references ${to}, which the table in test/tidy/layers.ts forbids`),
        );
      }
    }
    const types = config.compilerOptions?.types;
    if (!layer.node && name !== '.' && (types === undefined || types.length > 0)) {
      problems.push(file.whole('a pure layer has "types": [], so that node does not exist there'));
    }
    return problems;
  });
}

export const layerReferences: Rule = {
  name: 'project references follow the table of layers',
  check: checkReferences,
  bad: [
    {
      'src/engine/tsconfig.json':
        '{"compilerOptions":{"types":[]},"references":[{"path":"../node"}]}',
    },
    { 'src/base/tsconfig.json': '{"compilerOptions":{"types":["node"]}}' },
  ],
  good: {
    'src/engine/tsconfig.json':
      '{"compilerOptions":{"types":[]},"references":[{"path":"../base"}]}',
    'src/tsconfig.json':
      '{"compilerOptions":{"types":["node"]},"references":[{"path":"./daemon"}]}',
  },
};
