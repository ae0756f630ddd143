/**
 * Which process listens on a port, as far as Linux lets this user see: /proc/net names the socket,
 * the open files of processes name who has it. Nothing is known on other systems.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortHolder {
  readonly pid: number;
  /** As the system keeps it, up to 15 characters; for a script of Node.js its name and first word. */
  readonly name: string;
}

/** States of /proc/net: a listening TCP socket, and a UDP socket without a peer. */
const waiting = { tcp: '0A', udp: '07' } as const;

export function portHolder(transport: 'tcp' | 'udp', port: number): PortHolder | undefined {
  if (process.platform !== 'linux') return undefined;
  const inodes = [transport, `${transport}6`].flatMap((table) =>
    socketInodes(readQuietly(`/proc/net/${table}`), port, waiting[transport]),
  );
  return inodes.length === 0 ? undefined : ownerOf(new Set(inodes));
}

/** Pure: the inodes of the sockets in `state` on `port`, of a table such as /proc/net/tcp. */
export function socketInodes(table: string, port: number, state: string): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const inode = fields[9];
    const matches = fields[1]?.endsWith(`:${wanted}`) === true && fields[3] === state;
    return matches && inode !== undefined ? [inode] : [];
  });
}

function ownerOf(inodes: ReadonlySet<string>): PortHolder | undefined {
  for (const entry of listQuietly('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const folder = `/proc/${entry}/fd`;
    for (const descriptor of listQuietly(folder)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkQuietly(`${folder}/${descriptor}`))?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const comm = readQuietly(`/proc/${entry}/comm`).trim();
      const words = readQuietly(`/proc/${entry}/cmdline`).split('\0');
      return { pid: Number(entry), name: scriptName(words) ?? comm };
    }
  }
  return undefined;
}

/** Pure: what a person calls a script that Node.js runs, by the words of its command line. */
export function scriptName([program = '', ...words]: readonly string[]): string | undefined {
  if (!/(^|\/)node(js)?$/.test(program)) return undefined;
  const at = words.findIndex((word) => word !== '' && !word.startsWith('-'));
  const path = words[at];
  if (path === undefined) return undefined;
  const name = /\/cli\/(bin|main)\.[jt]s$/.test(path) ? 'shoal' : path.split('/').at(-1)!;
  const first = words[at + 1] ?? '';
  return /^[a-z][a-z-]{0,20}$/.test(first) ? `${name} ${first}` : name;
}

/** Processes end while we look, and most belong to others: both are no error. */
function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listQuietly(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function linkQuietly(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
