/** What WebRTC peers send to a WebSocket tracker, for mutation. */

const infoHash = 'aaaaaaaaaaaaaaaaaaaa';
const peerId = '-WW0208-abcdefghijkl';
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const about = { action: 'announce', info_hash: infoHash, peer_id: peerId };
const offer = { offer: { type: 'offer', sdp: 'v=0\r\n' }, offer_id: 'bbbbbbbbbbbbbbbbbbbb' };

export const webSocketSamples: readonly Uint8Array[] = [
  text({
    ...about,
    numwant: 2,
    uploaded: 0,
    downloaded: 0,
    left: 1,
    event: 'started',
    offers: [offer, offer],
  }),
  text({ ...about, event: 'stopped', left: 0 }),
  text({
    ...about,
    to_peer_id: peerId,
    answer: { type: 'answer', sdp: 'v=0' },
    offer_id: offer.offer_id,
  }),
  text({ action: 'scrape', info_hash: [infoHash, infoHash] }),
  text({ action: 'scrape' }),
];

export const webSocketTokens: readonly string[] = [
  ...['{', '}', '[', ']', ':', ',', '"', '\\u0000', '\\ud800', '\\', '1e999', '-0', 'null', 'true'],
  ...['"action":', '"announce"', '"scrape"', '"info_hash":', '"peer_id":', '"offers":', '"offer":'],
  ...[
    '"sdp":',
    '"answer":',
    '"to_peer_id":',
    '"offer_id":',
    '"__proto__":',
    '"numwant":',
    '"left":',
  ],
];
