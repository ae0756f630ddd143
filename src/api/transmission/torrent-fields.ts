/**
 * The fields of torrent-get as the RPC of Transmission 4.0 has them (docs/rpc-spec.md there, 3.3), made
 * of what the daemon says of a torrent. What Shoal has no notion of has the value of a Transmission that
 * does not use it. Rates are bytes per second, limits kilobytes of 1000, times seconds since 1970.
 */
import type { TorrentInfo } from '../contract/torrents.ts';
import type { TorrentOutline } from '../service/torrents-port.ts';
import { fileFields } from './file-fields.ts';
import { peerFields } from './peer-fields.ts';
import { pieceFields } from './piece-fields.ts';
import { ratioGoal, timeGoal } from './seed-goals.ts';
import { limitFields } from './speed-limits.ts';
import { errorOf, etaOf, isFinished, statusOf } from './torrent-status.ts';
import type { TorrentNeeds, TorrentView } from './torrent-view.ts';
import { trackerFields } from './tracker-fields.ts';

type Field = (view: TorrentView) => unknown;

const infoFields: Readonly<Record<string, Field>> = {
  activityDate: ({ info }) => seconds(info.activeAt),
  addedDate: ({ info }) => seconds(info.addedAt),
  bandwidthPriority: () => 0,
  doneDate: ({ info }) => seconds(info.completedAt),
  downloadDir: ({ info }) => info.dir,
  downloadedEver: ({ info }) => info.downloadedBytes,
  editDate: () => 0,
  error: ({ info }) => errorOf(info).error,
  errorString: ({ info }) => errorOf(info).errorString,
  eta: etaOf,
  etaIdle: () => -1,
  group: () => '',
  hashString: ({ info }) => info.hash,
  haveUnchecked: () => 0,
  haveValid: ({ info }) => info.doneBytes,
  honorsSessionLimits: () => true,
  id: ({ id }) => id,
  isPrivate: ({ info }) => info.private,
  isStalled: ({ info }) => info.stalled !== undefined,
  labels: ({ info }) => info.labels,
  leftUntilDone: ({ leftBytes }) => leftBytes,
  manualAnnounceTime: ({ info, nowMs }) =>
    info.state === 'stopped' ? 0 : Math.floor(nowMs / 1000),
  maxConnectedPeers: ({ settings }) => settings.maxPeers,
  metadataPercentComplete: ({ info }) => (hasMetadata(info) ? 1 : 0),
  name: ({ info }) => info.name,
  'peer-limit': ({ settings }) => settings.maxPeers,
  percentComplete: ({ info }) => share(info.doneBytes, info.lengthBytes, info),
  percentDone: ({ info }) => share(info.doneBytes, info.wantedBytes, info),
  'primary-mime-type': () => 'application/octet-stream',
  queuePosition: ({ info }) => info.queuePosition,
  rateDownload: ({ info }) => Math.round(info.downRate),
  rateUpload: ({ info }) => Math.round(info.upRate),
  recheckProgress: ({ info }) => (info.state === 'checking' ? info.progress : 0),
  sequentialDownload: ({ info }) => info.sequential,
  sequential_download: ({ info }) => info.sequential,
  sizeWhenDone: ({ info }) => info.wantedBytes,
  startDate: ({ info }) => seconds(info.addedAt),
  status: statusOf,
  torrentFile: () => '',
  totalSize: ({ info }) => info.lengthBytes,
  uploadedEver: ({ info }) => info.uploadedBytes,
  uploadRatio: ({ info }) => info.ratio,
  webseedsSendingToUs: () => 0,
  downloadLimit: ({ info }) => limitFields(info.downLimit).limit,
  downloadLimited: ({ info }) => limitFields(info.downLimit).limited,
  uploadLimit: ({ info }) => limitFields(info.upLimit).limit,
  uploadLimited: ({ info }) => limitFields(info.upLimit).limited,
  seedRatioLimit: ({ info, settings }) => ratioGoal(info, settings).limit,
  seedRatioMode: ({ info, settings }) => ratioGoal(info, settings).mode,
  seedIdleLimit: ({ info, settings }) => timeGoal(info, settings).limitMinutes,
  seedIdleMode: ({ info, settings }) => timeGoal(info, settings).mode,
};

type OutlineField = (outline: TorrentOutline, view: TorrentView) => unknown;

const outlineFields: Readonly<Record<string, OutlineField>> = {
  comment: (outline) => outline.comment ?? '',
  corruptEver: (outline) => outline.wastedBytes,
  creator: (outline) => outline.createdBy ?? '',
  dateCreated: (outline) => seconds(outline.createdAt),
  'file-count': (outline) => outline.fileCount,
  fileCount: (outline) => outline.fileCount,
  isFinished: (outline, view) => isFinished(outline, view),
  pieceCount: (outline) => outline.pieceCount,
  pieceSize: (outline) => outline.pieceLength,
  secondsDownloading: (outline) =>
    Math.max(0, Math.round(outline.activeSeconds - outline.seedingSeconds)),
  secondsSeeding: (outline) => Math.round(outline.seedingSeconds),
};

const detailFields: Readonly<Record<string, Field>> = {
  magnetLink: ({ detail }) => detail.magnet,
  /** As the magnet link names them (BEP 19). */
  webseeds: ({ detail }) =>
    new URLSearchParams(detail.magnet.replace(/^magnet:\?/, '')).getAll('ws'),
};

const fieldsOfOutline = Object.entries(outlineFields).map(([name, of]): [string, Field] => [
  name,
  (view) => of(view.outline, view),
]);
const fieldsOfFiles = Object.entries(fileFields).map(([name, of]): [string, Field] => [
  name,
  (view) => of(view.files),
]);

const fields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ...Object.entries(infoFields),
  ...Object.entries(peerFields),
  ...Object.entries(trackerFields),
  ...Object.entries(pieceFields),
  ...Object.entries(detailFields),
  ...fieldsOfOutline,
  ...fieldsOfFiles,
]);

export function isTorrentField(name: string): boolean {
  return fields.has(name);
}

export function needsOf(names: readonly string[]): TorrentNeeds {
  return {
    outline: names.some((name) => Object.hasOwn(outlineFields, name)),
    detail: names.some((name) => Object.hasOwn(detailFields, name)),
    files: names.some((name) => Object.hasOwn(fileFields, name)),
  };
}

/** `name` is a known field. */
export function torrentField(view: TorrentView, name: string): unknown {
  return fields.get(name)?.(view);
}

function seconds(time: string | undefined): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}

/** The name is the info-hash until the metadata of a magnet link is here. */
function hasMetadata({ state, lengthBytes, name, hash }: TorrentInfo): boolean {
  return lengthBytes > 0 || (state !== 'metadata' && name !== hash);
}

function share(partBytes: number, wholeBytes: number, info: TorrentInfo): number {
  if (wholeBytes > 0) return Math.min(1, partBytes / wholeBytes);
  return hasMetadata(info) ? 1 : 0;
}
