/**
 * What Sonarr and Radarr ask of a Transmission and the types they parse, as their sources say
 * (src/NzbDrone.Core/Download/Clients/Transmission in Sonarr/Sonarr).
 */
import { z } from 'zod';

export const torrentFields = [
  ...['id', 'hashString', 'name', 'downloadDir', 'totalSize', 'leftUntilDone', 'isFinished'],
  ...['eta', 'status', 'secondsDownloading', 'secondsSeeding', 'errorString', 'uploadedEver'],
  ...['downloadedEver', 'seedRatioLimit', 'seedRatioMode', 'seedIdleLimit', 'seedIdleMode'],
  ...['fileCount', 'file-count', 'labels'],
];

const torrent = z.strictObject({
  id: z.int32(),
  hashString: z.string().length(40),
  name: z.string(),
  downloadDir: z.string().startsWith('/'),
  totalSize: z.int(),
  leftUntilDone: z.int(),
  isFinished: z.boolean(),
  eta: z.int32(),
  status: z.int().min(0).max(6),
  secondsDownloading: z.int32(),
  secondsSeeding: z.int32(),
  errorString: z.string(),
  uploadedEver: z.int(),
  downloadedEver: z.int(),
  seedRatioLimit: z.number(),
  seedRatioMode: z.int().min(0).max(2),
  seedIdleLimit: z.int(),
  seedIdleMode: z.int().min(0).max(2),
  fileCount: z.int32(),
  'file-count': z.int32(),
  labels: z.array(z.string()),
});

export const torrents = z.strictObject({ torrents: z.array(torrent) });

export const config = z.looseObject({
  'rpc-version': z.int(),
  version: z.string(),
  'download-dir': z.string(),
  seedRatioLimit: z.number(),
  seedRatioLimited: z.boolean(),
  'idle-seeding-limit': z.int(),
  'idle-seeding-limit-enabled': z.boolean(),
});

/** As it reads a version: the first number that is in no parentheses. */
export function versionOf(text: string): readonly number[] {
  const found = /(?<!\(|[\d.]+)[\d.]+(?!\)|[\d.]+)/.exec(text);
  return (found?.[0] ?? '').split('.').map(Number);
}
