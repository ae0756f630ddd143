/** What the transfer benchmarks ask of a BitTorrent program, whatever the program. */
import type { MeasuredProcess, Seen } from '../measured-process.ts';
import type { Workspace } from '../workspace.ts';

export interface Job {
  readonly workspace: Workspace;
  readonly torrentFile: string;
  /** Holds the content, or receives it. */
  readonly dir: string;
  /** For the program's own files. */
  readonly scratch: string;
  /** The longest that checking or fetching the content may take. */
  readonly timeoutMs: number;
}

export interface Seeder {
  readonly process: MeasuredProcess;
  readonly port: number;
}

export interface Leecher {
  readonly process: MeasuredProcess;
  /** By the program's own word: everything is there and checked. It goes on sharing. */
  readonly complete: Promise<Seen<true>>;
}

export interface BenchProgram {
  readonly name: string;
  /** False when it is installed; else what is missing and the command that installs it. */
  readonly missing: string | false;
  /** True when it cannot be told a peer, so that it has to find the other side through a tracker. */
  readonly needsTracker: boolean;
  version(): string;
  /** Resolves when the content is checked and peers are welcome. */
  seed(job: Job): Promise<Seeder>;
  /** Returns at once. Without a port the torrent's tracker knows the others. */
  get(job: Job, seederPort?: number): Leecher;
}

/** For programs that print one JSON object a line with an `event`. */
export function eventNamed(
  wanted: string,
): (line: string) => Readonly<Record<string, unknown>> | undefined {
  return (line) => {
    if (!line.startsWith('{"event"')) return undefined;
    const event = JSON.parse(line) as Record<string, unknown>;
    return event.event === wanted ? event : undefined;
  };
}

export function isEvent(wanted: string): (line: string) => true | undefined {
  const look = eventNamed(wanted);
  return (line) => (look(line) === undefined ? undefined : true);
}
