/** One thing done to many torrents: what fails with one does not keep it from the others. */
import type { ActionResult } from '../api/contract/torrents.ts';
import { DaemonRefusal } from '../api/service/refusal.ts';

/** Side by side; each keeps its own order of steps. */
export async function actOnEach(
  hashes: readonly string[],
  act: (hash: string) => Promise<unknown>,
): Promise<ActionResult> {
  const failed: { hash: string; error: { code: string; message: string } }[] = [];
  let done = 0;
  const each = hashes.map(async (hash) => {
    try {
      await act(hash);
      done++;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const code = error instanceof DaemonRefusal ? error.code : 'INTERNAL';
      failed.push({ hash, error: { code, message: error.message } });
    }
  });
  await Promise.all(each);
  return { done, failed };
}
