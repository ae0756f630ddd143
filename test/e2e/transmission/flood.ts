/** What Flood asks and parses, as its sources say (server/services/Transmission in jesec/flood). */
import { z } from 'zod';

const shape = {
  hashString: z.string(),
  downloadDir: z.string(),
  name: z.string(),
  comment: z.string(),
  haveValid: z.int(),
  addedDate: z.int(),
  dateCreated: z.int(),
  doneDate: z.int(),
  rateDownload: z.int(),
  rateUpload: z.int(),
  downloadedEver: z.int(),
  uploadedEver: z.int(),
  eta: z.int(),
  isPrivate: z.boolean(),
  error: z.int().min(0).max(3),
  errorString: z.string(),
  peersGettingFromUs: z.int(),
  peersSendingToUs: z.int(),
  status: z.int(),
  totalSize: z.int(),
  sizeWhenDone: z.int(),
  trackers: z.array(
    z.object({ announce: z.string(), id: z.int(), scrape: z.string(), tier: z.int() }),
  ),
  labels: z.array(z.string()),
  activityDate: z.int(),
};

export const listFields = Object.keys(shape);
export const list = z.strictObject({ torrents: z.array(z.strictObject(shape)) });

export const contents = z.strictObject({
  torrents: z.array(
    z.strictObject({
      files: z.array(z.object({ name: z.string(), length: z.int(), bytesCompleted: z.int() })),
      fileStats: z.array(
        z.object({
          bytesCompleted: z.int(),
          wanted: z.boolean(),
          priority: z.int().min(-1).max(1),
        }),
      ),
    }),
  ),
});

export const peers = z.strictObject({
  torrents: z.array(
    z.strictObject({
      peers: z.array(
        z.object({
          address: z.string(),
          clientName: z.string(),
          progress: z.number().min(0).max(1),
          rateToClient: z.int(),
          rateToPeer: z.int(),
          isDownloadingFrom: z.boolean(),
          isUploadingTo: z.boolean(),
          isEncrypted: z.boolean(),
          isIncoming: z.boolean(),
        }),
      ),
    }),
  ),
});

export const added = z.strictObject({
  'torrent-added': z.strictObject({ id: z.int(), name: z.string(), hashString: z.string() }),
});

const history = z.object({ uploadedBytes: z.int(), downloadedBytes: z.int() });
export const stats = z.object({
  downloadSpeed: z.int(),
  uploadSpeed: z.int(),
  'current-stats': history,
});

export const settings = z.strictObject({
  'dht-enabled': z.boolean(),
  'peer-port': z.int(),
  'download-dir': z.string(),
  'peer-port-random-on-start': z.boolean(),
  'pex-enabled': z.boolean(),
  'speed-limit-down': z.int(),
  'speed-limit-down-enabled': z.boolean(),
  'speed-limit-up': z.int(),
  'speed-limit-up-enabled': z.boolean(),
  'peer-limit-global': z.int(),
  'peer-limit-per-torrent': z.int(),
  'seed-queue-enabled': z.boolean(),
  'seed-queue-size': z.int(),
});
