/** A question on a terminal that only a clear yes answers with yes. */
import { createInterface } from 'node:readline/promises';

/** False for anything but y or yes, and when the input ends. Rejects with an AbortError at Ctrl-C. */
export async function askYes(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<boolean> {
  const lines = createInterface({ input, output });
  const ended = new AbortController();
  let isInterrupted = false;
  lines.once('SIGINT', () => {
    isInterrupted = true;
    ended.abort();
  });
  lines.once('close', () => ended.abort());
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: ended.signal });
    return /^\s*y(es)?\s*$/i.test(answer);
  } catch (error) {
    if (ended.signal.aborted && !isInterrupted) return false;
    if (isInterrupted) output.write('\n');
    throw error;
  } finally {
    lines.close();
  }
}
