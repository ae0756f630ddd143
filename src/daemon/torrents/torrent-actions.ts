/** One thing done to many torrents: what fails with one does not keep it from the others. */
import { setImmediate as turn } from 'node:timers/promises';
import type { ActionResult } from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';

/** Begun in one go; between two of them others have their turn. */
const atOnce = 250;

/**
 * `act` writes what it wants before it returns, and its promise is for what comes of that; `together`
 * makes one write of many.
 */
export async function actOnEach(
  hashes: readonly string[],
  act: (hash: string) => Promise<unknown>,
  together: (work: () => void) => void,
): Promise<ActionResult> {
  const failed: { hash: string; error: { code: string; message: string } }[] = [];
  const acting: Promise<void>[] = [];
  let done = 0;
  const actOn = async (hash: string): Promise<void> => {
    try {
      await act(hash);
      done++;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const code = error instanceof DaemonRefusal ? error.code : 'INTERNAL';
      failed.push({ hash, error: { code, message: error.message } });
    }
  };
  for (let begin = 0; begin < hashes.length; begin += atOnce) {
    const some = hashes.slice(begin, begin + atOnce);
    together(() => acting.push(...some.map(actOn)));
    await turn();
  }
  await Promise.all(acting);
  return { done, failed };
}
