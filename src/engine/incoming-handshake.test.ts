import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeLatin1 } from '../base/text.ts';
import { encodeHandshake } from '../protocol/handshake.ts';
import { FakeLink } from './fake-ports.test.ts';
import { IncomingHandshake } from './incoming-handshake.ts';
import type { LinkSink } from './ports.ts';

const handshake = encodeHandshake({
  infoHash: new Uint8Array(20).fill(1),
  peerId: encodeLatin1('-XX0000-abcdefabcdef'),
  reserved: { fast: true, extension: true, dht: false, v2: false },
});

function setUp(refusal?: string) {
  const heard: string[] = [];
  const owner: LinkSink = {
    onBytes: (chunk) => heard.push(`bytes ${chunk.length}`),
    onDrained: () => heard.push('drained'),
    onClosed: (cause) => heard.push(`closed: ${cause}`),
  };
  const link = new FakeLink({ host: '10.0.0.1', port: 5 }, true);
  const incoming = new IncomingHandshake(
    link,
    {
      onHandshake: (_, { infoHash }) => {
        heard.push(`handshake ${infoHash.slice(0, 4)}`);
        return refusal ?? owner;
      },
      onGone: (_, cause) => heard.push(`gone: ${cause}`),
    },
    1000,
  );
  return { link, incoming, heard };
}

test('the owner gets the link, and what came behind the handshake', () => {
  const { link, incoming, heard } = setUp();
  incoming.onBytes(handshake.subarray(0, 30));
  incoming.onBytes(Uint8Array.of(...handshake.subarray(30), 1, 2, 3));
  incoming.onBytes(new Uint8Array(9));
  incoming.onDrained();
  incoming.onClosed('reset');
  assert.deepEqual(heard, ['handshake 0101', 'bytes 3', 'bytes 9', 'drained', 'closed: reset']);
  assert.equal(link.closed, false);
});

test('what is no handshake is refused with its first wrong byte, once', () => {
  const { link, incoming, heard } = setUp();
  incoming.onBytes(encodeLatin1('\x13BitTorrent?'));
  incoming.onBytes(handshake);
  incoming.tick(60_000);
  incoming.onClosed('reset');
  assert.equal(link.closed, true);
  assert.equal(heard.length, 1);
  assert.match(heard[0]!, /^gone: /);
});

test('a torrent that is not here, silence, a reset and our own end each end it once', () => {
  const refused = setUp('asked for a torrent that is not here');
  refused.incoming.onBytes(handshake);
  assert.deepEqual(refused.heard.slice(1), ['gone: asked for a torrent that is not here']);
  const silent = setUp();
  silent.incoming.tick(21_000);
  assert.equal(silent.link.closed, false);
  silent.incoming.tick(21_001);
  assert.deepEqual([silent.link.closed, silent.heard], [true, ['gone: no handshake in 20 s']]);
  const reset = setUp();
  reset.incoming.onClosed('reset');
  reset.incoming.tick(60_000);
  assert.deepEqual(reset.heard, ['gone: reset']);
  const ours = setUp();
  ours.incoming.close('the client is closing');
  assert.deepEqual([ours.link.closed, ours.heard], [true, ['gone: the client is closing']]);
});
