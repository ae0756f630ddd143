/**
 * Programs that ask a daemon all the time: half of them listen to its events, half ask for its list every
 * second. A process of its own, so that what it costs is not the daemon's: started with URL, token and
 * how many, it prints `{"event":"ready"}` when all are at it, and counts until it is stopped.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DaemonClient } from '../../src/api/client/daemon-client.ts';

const pollMs = 1000;

const [url = '', token, count = '100'] = process.argv.slice(2);
const clients = Array.from({ length: Number(count) }, () => new DaemonClient(url, { token }));
const begun = clients.map((client, i) => (i % 2 === 0 ? listen(client) : poll(client, i)));
await Promise.all(begun);
process.stdout.write('{"event":"ready"}\n');

/** Settles with the first event. */
function listen(client: DaemonClient): Promise<void> {
  return new Promise((resolve, reject) => {
    (async () => {
      for await (const event of client.events()) if (event) resolve();
    })().catch(reject);
  });
}

/** Settles with the first answer. The polls are spread over the second. */
async function poll(client: DaemonClient, index: number): Promise<void> {
  await client.torrents();
  void (async () => {
    await sleep((index / clients.length) * pollMs);
    for (;;) {
      await client.torrents();
      await sleep(pollMs);
    }
  })().catch(() => process.exit(1));
}
