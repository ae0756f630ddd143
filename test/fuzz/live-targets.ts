/** Running trackers and daemons, as targets for fuzzing. */
import { liveApiTarget } from './live-api.ts';
import type { LiveTarget } from './live-campaign.ts';
import { liveEventsTarget } from './live-events.ts';
import { liveHttpTarget } from './live-http.ts';
import { liveQbittorrentTarget } from './live-qbittorrent.ts';
import { liveTransmissionTarget } from './live-transmission.ts';
import { liveUdpTargets } from './live-udp.ts';
import { liveWebSocketTarget } from './live-websocket.ts';

export const liveTargets: readonly LiveTarget[] = [
  ...liveUdpTargets,
  liveHttpTarget,
  liveWebSocketTarget,
  liveApiTarget,
  liveTransmissionTarget,
  liveQbittorrentTarget,
  liveEventsTarget,
];
