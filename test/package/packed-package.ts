/**
 * The package as it would be published: built from the sources in a folder of its own, so that
 * nothing stale from dist/ gets in and a build under way is not disturbed, then packed by npm, and
 * unpacked into the node_modules of an otherwise empty consumer.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

const run = promisify(execFile);
const built = [
  'src',
  'tsconfig.json',
  'tsconfig.base.json',
  'package.json',
  'README.md',
  'vite.config.ts',
];
const documents = ['LICENSE', 'CHANGELOG.md'];

export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

export interface PackedPackage {
  readonly files: readonly PackedFile[];
  /** Bytes of the tarball. */
  readonly size: number;
  /** A project whose node_modules holds the package and what it depends on. */
  readonly consumer: string;
  remove(): Promise<void>;
}

export async function packPackage(): Promise<PackedPackage> {
  const folder = await mkdtemp(join(tmpdir(), 'shoal-package-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const source = join(folder, 'source');
    await mkdir(source);
    for (const name of [...built, ...documents]) {
      await cp(join(projectRoot, name), join(source, name), { recursive: true });
    }
    await symlink(join(projectRoot, 'node_modules'), join(source, 'node_modules'));
    await runTool(join(projectRoot, 'node_modules/.bin/tsc'), ['-b'], source);
    await runTool(join(projectRoot, 'node_modules/.bin/vite'), ['build'], source);
    const pack = ['pack', '--json', '--ignore-scripts', '--loglevel=error'];
    const report: unknown = JSON.parse(await runTool('npm', pack, source));
    const { files, size, filename } = packReport(report);
    const consumer = await makeConsumer(folder, join(source, filename));
    return { files, size, consumer, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** npm prints a list, and newer ones an object by package name. */
function packReport(report: unknown): { files: PackedFile[]; size: number; filename: string } {
  const list = Object.values(report as object);
  return list[0] as { files: PackedFile[]; size: number; filename: string };
}

/** Unpacks instead of installing, so that no registry is asked. */
async function makeConsumer(folder: string, tarball: string): Promise<string> {
  const consumer = join(folder, 'consumer');
  const modules = join(consumer, 'node_modules');
  await mkdir(join(modules, 'shoal'), { recursive: true });
  await runTool(
    'tar',
    ['-xzf', tarball, '-C', join(modules, 'shoal'), '--strip-components=1'],
    folder,
  );
  const manifest = JSON.parse(await readFile(join(modules, 'shoal/package.json'), 'utf8'));
  for (const name of ['@types', 'undici-types', ...Object.keys(manifest.dependencies)]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(projectRoot, 'node_modules', name), join(modules, name));
  }
  await writeFile(join(consumer, 'package.json'), '{ "type": "module" }\n');
  return consumer;
}

/** Standard output of a program; on failure the error has all that it printed. */
export async function runTool(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<string> {
  try {
    const { stdout } = await run(program, args, { cwd, maxBuffer: 1 << 26 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
