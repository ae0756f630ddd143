/**
 * Pure layers take time and chance from their ports, and engine, tracker and sim are synchronous:
 * completions come back as inputs. Only so does a simulated run replay exactly.
 */
import { findAll, type ProjectFile, type Rule } from './project.ts';

const pure = ['base', 'protocol', 'engine', 'tracker', 'sim'];
const synchronous = ['engine', 'tracker', 'sim'];

function sourcesOf(files: readonly ProjectFile[], layers: readonly string[]): ProjectFile[] {
  return files.filter((f) => f.isTypeScript && !f.isTest && layers.includes(f.layer ?? ''));
}

export const noClockNorChance: Rule = {
  name: 'pure layers have no clock and no random source of their own',
  check: (project) =>
    sourcesOf(project.files, pure).flatMap((file) =>
      findAll(
        file,
        file.source.code,
        /\bDate\.now\b|\bnew\s+Date\b|\bperformance\b|\bMath\.random\b/g,
        (found) => `${found}: take a Clock or Random as a constructor argument`,
      ),
    ),
  bad: [
    { 'src/engine/a.ts': 'const t = Date.now();' },
    { 'src/tracker/a.ts': 'const t = new Date();' },
    { 'src/sim/a.ts': 'const t = performance.now();' },
    { 'src/base/a.ts': 'const r = Math.random();' },
  ],
  good: {
    'src/engine/a.ts': "// Math.random would not replay\nconst s = 'new Date';\nclock.nowMs();",
    'src/engine/a.test.ts': 'const r = Math.random();',
    'src/node/a.ts': 'const t = performance.now();',
  },
};

export const noWaiting: Rule = {
  name: 'engine, tracker and sim are synchronous',
  check: (project) =>
    sourcesOf(project.files, synchronous).flatMap((file) =>
      findAll(
        file,
        file.source.code,
        /(?<![.\w$])(?:async|await|Promise)\b/g,
        (found) => `${found}: call a port, and take the completion as an input (a method call)`,
      ),
    ),
  bad: [
    { 'src/engine/a.ts': 'async function f() {}' },
    { 'src/tracker/a.ts': 'const x = Promise.resolve();' },
    { 'src/sim/a.ts': 'await f();' },
  ],
  good: {
    'src/engine/a.ts': '// never await here\nfunction onPieceWritten() {}',
    'src/node/a.ts': 'async function f() { await g(); }',
    'src/engine/a.test.ts': 'async function f() {}',
  },
};
