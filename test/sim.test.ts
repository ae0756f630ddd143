/**
 * Fifty simulated swarms, one for each seed from 1 on, as `npm run sim -- --seeds 50` runs them. A
 * failure shows what the run printed, which names the seed that replays it.
 */
import { test } from 'node:test';
import { projectRoot, runTool } from './package/packed-package.ts';

test('50 simulated swarms', async () => {
  await runTool(process.execPath, ['test/sim/run.ts', '--seeds', '50'], projectRoot);
});
