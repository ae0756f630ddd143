/** Everything that reads what strangers send, as targets for fuzzing. */
import type { FuzzTarget } from './campaign.ts';
import { configTarget } from './config-target.ts';
import { documentTargets } from './document-targets.ts';
import { keptStateTarget } from './kept-state-target.ts';
import { multipartTarget } from './multipart-target.ts';
import { snapshotTarget } from './snapshot-target.ts';
import { torrentTarget } from './torrent-target.ts';
import { trackerServerTargets } from './tracker-server-targets.ts';
import { trackerTargets } from './tracker-targets.ts';
import { watchedFileTarget } from './watched-file-target.ts';
import { wireTargets } from './wire-targets.ts';

export const targets: readonly FuzzTarget[] = [
  ...documentTargets,
  ...wireTargets,
  ...trackerTargets,
  ...trackerServerTargets,
  snapshotTarget,
  keptStateTarget,
  configTarget,
  watchedFileTarget,
  multipartTarget,
  torrentTarget,
];
