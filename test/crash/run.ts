#!/usr/bin/env node
/** `npm run crash -- [--rounds N] [--seed N]`: kills a busy daemon again and again; see the test that it runs. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});
const test = fileURLToPath(new URL('../e2e/daemon-crash.test.ts', import.meta.url));
const { status } = spawnSync(process.execPath, ['--test', test], {
  stdio: 'inherit',
  env: { ...process.env, SHOAL_CRASH_ROUNDS: values.rounds, SHOAL_CRASH_SEED: values.seed },
});
process.exitCode = status ?? 1;
