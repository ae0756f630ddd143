/** What an announce reports beside "still here" (BEP 3 "event"; BEP 15 numbers them). */
export type TrackerEvent = 'none' | 'completed' | 'started' | 'stopped';

/** Index is the number on the wire of BEP 15. */
export const trackerEvents: readonly TrackerEvent[] = ['none', 'completed', 'started', 'stopped'];
