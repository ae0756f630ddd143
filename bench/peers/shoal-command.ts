/** How `shoal` is run here: what `npm run build` made when that is up to date, else the sources. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

export interface ShoalCommand {
  readonly entry: string;
  readonly isBuilt: boolean;
}

/** Asks the compiler, since stale output would be measured under a wrong name. */
export function findShoalCommand(): ShoalCommand {
  const tsc = fileURLToPath(new URL('node_modules/.bin/tsc', root));
  const { status, stdout } = spawnSync(tsc, ['-b', '--dry'], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
  });
  const isBuilt = status === 0 && !stdout.includes('would build');
  const entry = isBuilt ? 'dist/cli/bin.js' : 'src/cli/bin.ts';
  return { entry: fileURLToPath(new URL(entry, root)), isBuilt };
}
