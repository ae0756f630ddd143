/** opentracker (C). Debian's build serves only the info-hashes of an allow list. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProgram } from './child-program.ts';
import { freePort } from './free-port.ts';
import { missingCommand } from './installed.ts';
import type { TrackerProgram } from './program.ts';
import { untilAnswers } from './tracker-answers.ts';

export const opentracker: TrackerProgram = {
  name: 'opentracker',
  missing: missingCommand('opentracker', 'opentracker'),

  async track({ infoHashes, host = '127.0.0.1' }) {
    const dir = await mkdtemp(join(tmpdir(), 'shoal-opentracker-'));
    await writeFile(join(dir, 'allowed'), infoHashes.map((hash) => `${hash}\n`).join(''));
    const port = String(await freePort());
    const where = ['-i', host, '-p', port, '-P', port];
    // Started by root it shuts itself in that folder and becomes nobody, who has to read it.
    await chmod(dir, 0o755);
    const how = ['-d', dir, '-w', 'allowed'];
    const child = new ChildProgram('opentracker', 'opentracker', [...where, ...how], { cwd: dir });
    const http = `http://${host}:${port}/announce`;
    const stop = async () => {
      await child.stop();
      await rm(dir, { recursive: true, force: true });
    };
    await untilAnswers(child, http).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    const udp = `udp://${host}:${port}/announce`;
    return { name: 'opentracker', http, udp, log: () => child.log(), stop };
  },
};
