/**
 * A client that is a library, wrapped in a small program of ours: it takes its orders as one JSON
 * argument and prints one JSON object a line, with an `event` of listening, seeding, complete or error.
 */
import { ChildProgram, type StartOptions } from './child-program.ts';
import type { Download, Peer } from './program.ts';

const startMs = 30_000;
const transferMs = 90_000;

/** What such a program is told. Rates are in bytes per second; 0 is no limit. */
export interface Orders {
  readonly role: 'seed' | 'get';
  readonly source: string;
  readonly dir: string;
  readonly port: number;
  readonly upLimit: number;
  readonly downLimit: number;
}

export async function startSeed(
  name: string,
  command: string,
  args: readonly string[],
  orders: Orders,
): Promise<Peer> {
  const { peer, child } = await start(name, command, args, orders);
  await child.until('it to seed', startMs, happens(child, 'seeding'));
  return peer;
}

export async function startGet(
  name: string,
  command: string,
  args: readonly string[],
  orders: Orders,
): Promise<Download> {
  const { peer, child } = await start(name, command, args, orders);
  const done = child.until('the end of the download', transferMs, happens(child, 'complete'));
  done.catch(() => {});
  return { ...peer, done: done.then(() => {}) };
}

async function start(
  name: string,
  command: string,
  args: readonly string[],
  orders: Orders,
  options: StartOptions = {},
): Promise<{ peer: Peer; child: ChildProgram }> {
  const child = new ChildProgram(name, command, [...args, JSON.stringify(orders)], options);
  const { port } = await child.until('it to listen', startMs, happens(child, 'listening'));
  const peer: Peer = {
    name,
    port: Number(port),
    log: () => child.log(),
    stop: () => child.stop(),
    kill: () => child.kill(),
  };
  return { peer, child };
}

/** Looks at what was printed already, too. Rejects on an error event. */
function happens(child: ChildProgram, wanted: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const look = (line: string) => {
      const event = parseEvent(line);
      if (event?.event === 'error') {
        reject(new Error(`${child.name}: ${event.message}\n${child.log()}`));
      } else if (event?.event === wanted) {
        resolve(event);
      }
    };
    child.onLine(look);
    for (const line of child.lines()) look(line);
  });
}

function parseEvent(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{"event"')) return undefined;
  return JSON.parse(line) as Record<string, unknown>;
}
