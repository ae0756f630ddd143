/** The fields of torrent-get that are about files. Their positions are those of the daemon's list. */
import type { FilePriority, TorrentFile } from '../contract/torrents.ts';

type FileField = (files: readonly TorrentFile[]) => unknown;

const priorities: Readonly<Record<FilePriority, number>> = { skip: 0, low: -1, normal: 0, high: 1 };

export const fileFields: Readonly<Record<string, FileField>> = {
  files: (files) =>
    files.map(({ path, lengthBytes, doneBytes }) => ({
      name: path,
      length: lengthBytes,
      bytesCompleted: doneBytes,
    })),
  fileStats: (files) =>
    files.map(({ doneBytes, priority }) => ({
      bytesCompleted: doneBytes,
      wanted: priority !== 'skip',
      priority: priorities[priority],
    })),
  priorities: (files) => files.map(({ priority }) => priorities[priority]),
  wanted: (files) => files.map(({ priority }) => (priority === 'skip' ? 0 : 1)),
};
