/**
 * What a person wants to get, and how: several sources with one set of options. Sending takes them one
 * by one; what the daemon refuses stays, with its reason, and the others are through.
 */
import {
  type AddTorrentRequest,
  type TorrentInfo,
  torrentsPath,
} from '../../api/contract/torrents.ts';
import { ApiError, ask, problemOf } from '../api.ts';
import { labelsIn } from '../torrents/labels.ts';
import { skipRanges } from './links.ts';

export interface GetOptions {
  /** Empty: the daemon's own folder. */
  readonly dir: string;
  readonly labels: string;
  readonly isPaused: boolean;
  readonly isSequential: boolean;
}

export type GetSource =
  | { readonly kind: 'link'; readonly key: string; readonly link: string }
  | {
      readonly kind: 'file';
      readonly key: string;
      readonly file: File;
      /** Numbers of the files that are not wanted. */
      readonly skip: readonly number[];
    };

export interface Refused {
  readonly key: string;
  readonly message: string;
  /** Of the options; undefined when it is about the source. */
  readonly field: string | undefined;
}

const optionFields = ['dir', 'labels', 'label'];

export async function sendBatch(
  sources: readonly GetSource[],
  options: GetOptions,
  onAdded: (key: string, torrent: TorrentInfo) => void,
): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  for (const source of sources) {
    try {
      onAdded(source.key, await add(source, options));
    } catch (error) {
      const field = error instanceof ApiError ? error.field?.split('.')[0] : undefined;
      const isOption = field !== undefined && optionFields.includes(field);
      const own = isOption ? (field === 'dir' ? 'dir' : 'labels') : undefined;
      refused.push({ key: source.key, message: problemOf(error), field: own });
      // The same options would be refused for every source.
      if (isOption) break;
    }
  }
  return refused;
}

function add(source: GetSource, options: GetOptions): Promise<TorrentInfo> {
  const dir = options.dir.trim();
  const labels = labelsIn(options.labels);
  if (source.kind === 'link') {
    const body: AddTorrentRequest = {
      source: source.link,
      paused: options.isPaused,
      ...(dir !== '' && { dir }),
      ...(labels.length > 0 && { labels }),
      ...(options.isSequential && { sequential: true }),
    };
    return ask(torrentsPath, { method: 'POST', body });
  }
  const query = new URLSearchParams({ paused: String(options.isPaused) });
  if (dir !== '') query.set('dir', dir);
  for (const label of labels) query.append('label', label);
  if (options.isSequential) query.set('sequential', 'true');
  if (source.skip.length > 0) query.set('skip', skipRanges(source.skip));
  const body = new Blob([source.file], { type: 'application/x-bittorrent' });
  return ask(`${torrentsPath}?${query}`, { method: 'POST', body });
}
