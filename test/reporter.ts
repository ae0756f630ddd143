/**
 * The test runner's reporter for a person: a line per test file as it ends, with skipped tests and
 * their reasons; failures in full, with what the file printed; the runner's own summary at the end.
 */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

type DataOf<Type extends TestEvent['type']> = Extract<TestEvent, { type: Type }>['data'];

/** What one test file came to so far. */
interface Tally {
  readonly failures: string[];
  readonly skips: string[];
  readonly output: string[];
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const tallies = new Map<string, Tally>();
  const failed: string[] = [];
  for await (const event of source) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') {
      tallyOf(tallies, event.data).output.push(event.data.message);
    } else if (event.type === 'test:fail' && isCause(event.data)) {
      const title = titleOf(event.data);
      failed.push(title);
      const cause = indent(causeOf(event.data));
      tallyOf(tallies, event.data).failures.push(`  ✖ ${title}\n${cause}\n`);
    } else if (event.type === 'test:pass' && event.data.skip) {
      const line = `  – skipped: ${event.data.name}: ${event.data.skip}\n`;
      tallyOf(tallies, event.data).skips.push(line);
    } else if (event.type === 'test:summary' && event.data.file !== undefined) {
      yield fileLines(tallyOf(tallies, event.data), event.data, event.data.file);
      tallies.delete(event.data.file);
    } else if (event.type === 'test:summary') {
      yield lastLines(tallies, failed, event.data);
    }
  }
}

/** Tests may be defined in another file than the one that runs, as in a conformance suite. */
function tallyOf(tallies: Map<string, Tally>, data: object): Tally {
  const { entryFile, file } = data as { entryFile?: string; file?: string };
  const key = entryFile ?? file ?? '';
  const tally = tallies.get(key) ?? { failures: [], skips: [], output: [] };
  tallies.set(key, tally);
  return tally;
}

/** A suite that fails only because a test in it does is no news. */
function isCause({ details: { error } }: DataOf<'test:fail'>): boolean {
  return !('failureType' in error && error.failureType === 'subtestsFailed');
}

function titleOf({ file, line, name }: DataOf<'test:fail'>): string {
  if (file === undefined || file === name) return relative('.', name);
  return `${relative('.', file)}:${line ?? 0}  ${name}`;
}

function causeOf({ details: { error } }: DataOf<'test:fail'>): string {
  const cause: unknown = error.cause ?? error;
  if (!(cause instanceof Error)) return inspect(cause);
  // An assertion's other fields repeat its message.
  const isAssertion = 'code' in cause && cause.code === 'ERR_ASSERTION';
  const text = isAssertion || cause.stack === cause.message ? cause.stack : inspect(cause);
  return (text ?? cause.message).replace(/^ +at .*\(?node:internal.*\n?/gm, '');
}

function fileLines(tally: Tally, summary: DataOf<'test:summary'>, file: string): string {
  const { passed, failed, cancelled } = summary.counts as {
    failed?: number;
  } & typeof summary.counts;
  const wrong = (failed ?? 0) + cancelled;
  const counts = `${passed} passed${wrong > 0 ? `, ${wrong} failed` : ''}`;
  const seconds = (summary.duration_ms / 1000).toFixed(1);
  const head = `${summary.success ? '✔' : '✖'} ${relative('.', file)}  ${counts}  ${seconds} s\n`;
  const output = summary.success ? [] : tally.output.map(indent);
  return [head, ...tally.skips, ...tally.failures, ...output].join('');
}

/** What no file's own summary covered, such as a file that could not be loaded, then the counts. */
function lastLines(
  tallies: Map<string, Tally>,
  failed: readonly string[],
  { counts, duration_ms: durationMs }: DataOf<'test:summary'>,
): string {
  const rest = [...tallies.values()].filter((tally) => tally.failures.length > 0);
  const lines = rest.flatMap((tally) => [...tally.failures, ...tally.output.map(indent)]);
  if (failed.length > 0) lines.push('\nfailed:\n', ...failed.map((title) => `  ${title}\n`));
  const { tests, suites, passed, cancelled, skipped, todo } = counts;
  const wrong = tests - passed - cancelled - skipped - todo;
  const totals = { tests, suites, pass: passed, fail: wrong, cancelled, skipped, todo };
  lines.push('\n', ...Object.entries(totals).map(([name, count]) => `ℹ ${name} ${count}\n`));
  lines.push(`ℹ duration_ms ${durationMs.toFixed(0)}\n`);
  return lines.join('');
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}
