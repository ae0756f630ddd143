/**
 * Which of the daemon's torrents a person means: by info-hash or a unique beginning of it, by exact
 * name, or by number in `shoal ls`. Invariant: what could be two torrents is never taken for one.
 */
import type { DaemonClient } from '../api/client/daemon-client.ts';
import type { TorrentInfo } from '../api/contract/torrents.ts';
import { CliError } from './cli-error.ts';
import { formatCount } from './format.ts';
import { nearestName } from './nearest-name.ts';

export interface NumberedTorrent extends TorrentInfo {
  /** From 1, in the order they were added. */
  readonly number: number;
}

const shortestPrefix = 4;
const shownCandidates = 5;

export function numbered(torrents: readonly TorrentInfo[]): NumberedTorrent[] {
  return torrents.map((torrent, index) => ({ number: index + 1, ...torrent }));
}

/** Asks the daemon once for all references. Rejects with CliError, or with what the client throws. */
export async function torrentsNamed(
  client: DaemonClient,
  references: readonly string[],
): Promise<NumberedTorrent[]> {
  const torrents = numbered(await client.torrents());
  // Each once, whatever it was called.
  return [...new Set(references.map((reference) => torrentNamed(torrents, reference)))];
}

/** Throws CliError: TORRENT_NOT_FOUND, or TORRENT_AMBIGUOUS with the candidates. */
export function torrentNamed(
  torrents: readonly NumberedTorrent[],
  reference: string,
): NumberedTorrent {
  const hash = hashPrefixOf(reference);
  const whole = torrents.find((torrent) => torrent.hash === hash);
  if (whole !== undefined) return whole;
  const found = torrents.filter(
    ({ name, number, hash: own }) =>
      name === reference ||
      String(number) === reference ||
      (hash !== undefined && own.startsWith(hash)),
  );
  const [first, second] = found;
  if (first === undefined) throw notFound(torrents, reference);
  if (second !== undefined) throw ambiguous(found, reference);
  return first;
}

/** Lower-case hex digits; of a v2 hash the 40 that name it. */
function hashPrefixOf(reference: string): string | undefined {
  if (!/^[0-9a-f]+$/i.test(reference) || reference.length < shortestPrefix) return undefined;
  const digits = reference.toLowerCase();
  return digits.length === 64 ? digits.slice(0, 40) : digits;
}

function notFound(torrents: readonly NumberedTorrent[], reference: string): CliError {
  const nearest = nearestName(
    reference,
    torrents.map(({ name }) => name),
  );
  const guess = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  const short = /^(?!\d+$)[0-9a-f]{1,3}$/i.test(reference)
    ? ` A beginning of an info-hash has at least ${shortestPrefix} digits.`
    : '';
  return new CliError(
    'TORRENT_NOT_FOUND',
    `the daemon has no torrent ${JSON.stringify(reference)}.${guess}${short} See shoal ls`,
  );
}

function ambiguous(found: readonly NumberedTorrent[], reference: string): CliError {
  const candidates = found
    .slice(0, shownCandidates)
    .map(({ number, name, hash }) => `${number} ${name} (${hash.slice(0, 12)}…)`);
  const more =
    found.length > shownCandidates
      ? `, and ${formatCount(found.length - shownCandidates, 'other')}`
      : '';
  return new CliError(
    'TORRENT_AMBIGUOUS',
    `${reference} can be ${candidates.join(', ')}${more}. Give more of the info-hash`,
  );
}
