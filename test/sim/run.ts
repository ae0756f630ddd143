#!/usr/bin/env node
/**
 * Simulated swarms: `npm run sim -- [--seed N] [--seeds COUNT] [--peers N] [--scenario NAME]`.
 * Without `--scenario`, seeds take turns with the scenarios. A failure prints the command that replays
 * it. Some seeds run twice, to show that a run depends on nothing but its seed.
 * `--list` names the scenarios, `--report` tells of each swarm, `--log` prints what the clients log,
 * `--strict` looks at every client after every event.
 */
import { parseArgs } from 'node:util';
import { nodeHashes } from '../../src/node/hashes.ts';
import { runScenario, type ScenarioResult } from '../../src/sim/run-scenario.ts';
import type { Scenario } from '../../src/sim/scenario.ts';
import { scenarios } from '../../src/sim/scenarios.ts';
import { SimFailure } from '../../src/sim/sim-failure.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    peers: { type: 'string' },
    scenario: { type: 'string' },
    list: { type: 'boolean' },
    report: { type: 'boolean' },
    log: { type: 'boolean' },
    strict: { type: 'boolean' },
  },
});

/** One seed in so many runs twice. */
const repeatEvery = 5;

const listing = scenarios.map((s) => `  ${s.name.padEnd(16)} ${s.about}`).join('\n');
if (values.list) {
  console.log(listing);
  process.exit(0);
}
const first = numberOf('seed', values.seed) ?? 1;
const count = numberOf('seeds', values.seeds) ?? 1;
const peers = numberOf('peers', values.peers);
const chosen = scenarios.filter((s) => values.scenario === undefined || s.name === values.scenario);
if (chosen.length === 0) fail(`no scenario is called ${values.scenario}; there are\n${listing}`);

const startedMs = performance.now();
let failed = 0;
for (let seed = first; seed < first + count; seed++) {
  const scenario = chosen[seed % chosen.length] as Scenario;
  const problem = problemOf(scenario, seed);
  if (problem === undefined) continue;
  failed++;
  const size = peers === undefined ? '' : ` --peers ${peers}`;
  console.error(`seed ${seed}, ${scenario.name}: ${problem}`);
  console.error(`  replay: npm run sim -- --seed ${seed} --scenario ${scenario.name}${size}\n`);
}
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
console.log(`${count} simulated swarms, ${failed} failed, ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;

/** What went wrong, in words; undefined when all went well. */
function problemOf(scenario: Scenario, seed: number): string | undefined {
  const startMs = performance.now();
  try {
    const result = run(scenario, seed);
    if (values.report) report(scenario, seed, result, performance.now() - startMs);
    if (seed % repeatEvery !== 0) return undefined;
    const again = run(scenario, seed);
    if (again.trace === result.trace && again.events === result.events) return undefined;
    return `a second run went another way: ${result.trace}, then ${again.trace}`;
  } catch (error) {
    if (error instanceof SimFailure) {
      return error.cause instanceof Error
        ? `${error.message}\n${error.cause.stack}`
        : error.message;
    }
    throw error;
  }
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
  const part = (name: string, value: number, digits: number) => `${name} ${value.toFixed(digits)}`;
  console.log(
    [
      `${String(seed).padStart(5)} ${scenario.name.padEnd(16)} ${result.leechers} leechers`,
      `${part('done after', result.completedMs / 1000, 1)} s`,
      `${part('fluid limit', result.fluidMs / 1000, 1)} s`,
      part('copies from seeds', result.seedCopies, 2),
      `${part('wasted', result.wasted * 100, 1)} %`,
      `${result.events} events in ${tookMs.toFixed(0)} ms`,
      result.trace,
    ].join(', '),
  );
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffff_ffff) fail(`--${name} takes a number, not ${text}`);
  return value;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
