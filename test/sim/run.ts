#!/usr/bin/env node
/**
 * Simulated swarms: `npm run sim -- [--seed N] [--seeds COUNT] [--peers N] [--scenario NAME]`.
 * Without `--scenario`, seeds take turns with the scenarios. A failure prints the command that replays
 * it. Some seeds run twice, to show that a run depends on nothing but its seed.
 */
import { parseArgs } from 'node:util';
import { nodeHashes } from '../../src/node/hashes.ts';
import { runScenario, type ScenarioResult } from '../../src/sim/run-scenario.ts';
import type { Scenario } from '../../src/sim/scenario.ts';
import { scenarios } from '../../src/sim/scenarios.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    peers: { type: 'string' },
    scenario: { type: 'string' },
    report: { type: 'boolean' },
    log: { type: 'boolean' },
    strict: { type: 'boolean' },
  },
});

/** One seed in so many runs twice. */
const repeatEvery = 5;

const first = numberOf('seed', values.seed, 1);
const count = numberOf('seeds', values.seeds, 1);
const peers = values.peers === undefined ? undefined : numberOf('peers', values.peers, 1);
const chosen = scenarios.filter((s) => values.scenario === undefined || s.name === values.scenario);
if (chosen.length === 0) {
  const names = scenarios.map((s) => `  ${s.name.padEnd(22)} ${s.about}`).join('\n');
  console.error(`no scenario is called ${values.scenario}; there are\n${names}`);
  process.exit(2);
}

const startedMs = performance.now();
let failed = 0;
for (let seed = first; seed < first + count; seed++) {
  const scenario = chosen[seed % chosen.length] as Scenario;
  const problem = tryRun(scenario, seed);
  if (problem === undefined) continue;
  failed++;
  const size = peers === undefined ? '' : ` --peers ${peers}`;
  console.error(`seed ${seed}, ${scenario.name}: ${problem}`);
  console.error(`  replay: npm run sim -- --seed ${seed} --scenario ${scenario.name}${size}\n`);
}
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
console.log(`${count} simulated swarms, ${failed} failed, ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;

function tryRun(scenario: Scenario, seed: number): string | undefined {
  const startMs = performance.now();
  try {
    const result = run(scenario, seed);
    if (values.report) report(scenario, seed, result, performance.now() - startMs);
    if (seed % repeatEvery !== 0) return undefined;
    const again = run(scenario, seed);
    if (again.trace === result.trace && again.events === result.events) return undefined;
    return `a second run went another way: ${result.trace}, then ${again.trace}`;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return error.name === 'SimFailure' && !values.log ? describe(error) : describe(error);
  }
}

function describe(error: Error): string {
  const stack = error.stack ?? '';
  return error.name === 'SimFailure' && stack.includes('SimFailure')
    ? error.message
    : `${error.message}\n${stack}`;
}

function run(scenario: Scenario, seed: number): ScenarioResult {
  return runScenario(scenario, {
    seed,
    hashes: nodeHashes,
    leechers: peers,
    strict: values.strict === true,
    ...(values.log && { log: (line: string) => console.log(line) }),
  });
}

function report(scenario: Scenario, seed: number, result: ScenarioResult, tookMs: number): void {
  console.log(
    `${String(seed).padStart(5)} ${scenario.name.padEnd(16)} ${result.leechers} leechers, ` +
      `${(result.completedMs / 1000).toFixed(0)} s of ${(result.fluidMs / 1000).toFixed(1)} s, seeds sent ${result.seedCopies.toFixed(2)} copies, ` +
      `wasted ${(result.wasted * 100).toFixed(1)} %, ${result.events} events in ${tookMs.toFixed(0)} ms, ${result.trace}`,
  );
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  console.error(`--${name} takes a number, not ${text}`);
  process.exit(2);
}
