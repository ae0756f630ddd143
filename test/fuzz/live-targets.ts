/** A running tracker's sockets, as targets for fuzzing. */
import type { LiveTarget } from './live-campaign.ts';
import { liveHttpTarget } from './live-http.ts';
import { liveUdpTargets } from './live-udp.ts';
import { liveWebSocketTarget } from './live-websocket.ts';

export const liveTargets: readonly LiveTarget[] = [
  ...liveUdpTargets,
  liveHttpTarget,
  liveWebSocketTarget,
];
