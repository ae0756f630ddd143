import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { portHolder, scriptName, socketInodes } from './port-holder.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1B39 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1
   1: 0100007F:1B39 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1
`;

test('only the listening socket of the port counts', () => {
  assert.deepEqual(socketInodes(table, 6969, '0A'), ['4711']);
  assert.deepEqual(socketInodes(table, 22, '0A'), ['4713']);
  assert.deepEqual(socketInodes(table, 23, '0A'), []);
  assert.deepEqual(socketInodes('', 22, '0A'), []);
});

const otherSystem =
  process.platform === 'linux' ? false : 'who listens is known on Linux only; run it there';

test('a port of ours is ours', { skip: otherSystem }, async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  assert.equal(portHolder('tcp', address.port)?.pid, process.pid);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(portHolder('tcp', address.port), undefined);
});

test('a script is called by its own name and what it was told to do', () => {
  assert.equal(scriptName(['/usr/bin/node', '/opt/shoal/dist/cli/bin.js', 'up']), 'shoal up');
  assert.equal(scriptName(['node', '--inspect', '/srv/web.mjs', '--port']), 'web.mjs');
  assert.equal(scriptName(['node', '']), undefined);
  assert.equal(scriptName(['/usr/sbin/nginx', 'master']), undefined);
});
