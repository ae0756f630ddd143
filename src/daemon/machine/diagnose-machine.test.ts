/** Each check with a machine that is well and one that is not. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkNode, checkOpenFiles, checkUdpBuffer } from './check-limits.ts';
import {
  checkAddresses,
  checkIpv6,
  checkLocalTracker,
  judgeHealth,
  type NetworkAddress,
  parseHealth,
} from './check-network.ts';
import { checkBatchedUdp, checkPackages } from './check-packages.ts';
import { checkPort } from './check-ports.ts';
import { checkStateFolder } from './check-state-folder.ts';
import type { MachineCheck } from './machine-check.ts';

function assertTrouble(check: MachineCheck | undefined, message: RegExp, wayOut: RegExp): void {
  assert.equal(check?.ok, false);
  assert.match(check.message, message);
  assert.match(check.wayOut ?? '', wayOut);
}

function assertFine(check: MachineCheck | undefined, message: RegExp): void {
  assert.equal(check?.ok, true, check?.message);
  assert.match(check.message, message);
  assert.equal(check.wayOut, undefined);
}

test('limits: enough, too little, unknown', () => {
  assertFine(checkNode('24.0.0'), /24\.0\.0/);
  assertTrouble(checkNode('22.9.1'), /22\.9\.1 is older than 24/, /Install Node\.js 24/);
  assertFine(checkOpenFiles(1024), /1024 files/);
  assertTrouble(checkOpenFiles(256), /only 256 files/, /ulimit -n/);
  assertFine(checkUdpBuffer(8 * 2 ** 20), /8 MiB$/);
  assertFine(checkUdpBuffer(212_992), /net\.core\.rmem_max=8388608/);
  assertTrouble(checkUdpBuffer(65_536), /64 KiB/, /sysctl/);
});

test('the state folder: there, to be made, and a file in its place', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'shoal-doctor-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const there = join(root, 'there');
  mkdirSync(there);
  assertFine(await checkStateFolder(there), /there, .* free$/);
  assert.deepEqual(readdirSync(there), []);
  assertFine(await checkStateFolder(join(root, 'a', 'b')), /made when it is needed/);
  assert.deepEqual(readdirSync(root), ['there']);
  const file = join(root, 'file');
  writeFileSync(file, '');
  for (const folder of [file, join(file, 'below')]) {
    assertTrouble(await checkStateFolder(folder), /a file is in its place/, /--state-dir/);
  }
});

function portOf(server: Server): number {
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

function portQuestion(transport: 'tcp' | 'udp', port: number, trackerRuns = false) {
  return { check: 'x', transport, port, user: 'peers', wayOut: 'choose another.', trackerRuns };
}

test('a TCP port: free, taken, and taken by the tracker', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  const taken = await checkPort(portQuestion('tcp', port));
  assertTrouble(taken, new RegExp(`TCP port ${port} is used by`), /^Stop that, or choose another/);
  if (process.platform === 'linux') assert.equal(taken.facts?.pid, process.pid);
  assertFine(await checkPort(portQuestion('tcp', port, true)), /used by the tracker/);
  await new Promise((resolve) => server.close(resolve));
  assertFine(await checkPort(portQuestion('tcp', port)), /is free for peers/);
});

test('a UDP port: taken and free', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const taken = await checkPort(portQuestion('udp', port));
  assertTrouble(taken, new RegExp(`UDP port ${port} is used by`), /choose another/);
  if (process.platform === 'linux') assert.equal(taken.facts?.pid, process.pid);
  await new Promise<void>((resolve) => socket.close(resolve));
  assertFine(await checkPort(portQuestion('udp', port)), /is free/);
});

const loopback: NetworkAddress = { address: '127.0.0.1', family: 'IPv4', internal: true };
const lan: NetworkAddress = { address: '10.0.0.7', family: 'IPv4', internal: false };
const linkLocal: NetworkAddress = { address: 'fe80::1', family: 'IPv6', internal: false };
const global: NetworkAddress = { address: '2001:db8::7', family: 'IPv6', internal: false };

test('addresses that others can reach, and IPv6 among them', () => {
  assertFine(checkAddresses([loopback, lan, linkLocal]), /at 10\.0\.0\.7$/);
  assertTrouble(checkAddresses([loopback, linkLocal]), /with itself only/, /network/);
  assertFine(checkIpv6([lan, global]), /^IPv6 is available$/);
  assertFine(checkIpv6([lan, linkLocal]), /no address of it in a network/);
  assertFine(checkIpv6([loopback, lan]), /no IPv6/);
});

test('the tracker of this machine: well, not well, another program', () => {
  const judged = (text: string) => judgeHealth('http://x/health', parseHealth(text));
  assertFine(judged('{"status":"ok"}'), /is well/);
  assertTrouble(
    judged('{"status":"degraded","problem":"the catalog is out of reach."}'),
    /not well: the catalog is out of reach$/,
    /log/,
  );
  for (const other of ['', '<html>', 'null', '{"status":7}', '{"status":"UP"}']) {
    const check = judged(other);
    assertFine(check, /no tracker of Shoal/);
    assert.equal(check.facts?.running, false);
  }
});

test('the tracker of this machine is asked over HTTP, and may be absent', async () => {
  const server = createHttpServer((_request, response) => response.end('{"status":"ok"}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  const { signal } = new AbortController();
  assert.equal((await checkLocalTracker(port, signal)).facts?.running, true);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assertFine(await checkLocalTracker(port, signal), /connection refused.*shoal tracker starts one/);
  await assert.rejects(checkLocalTracker(port, AbortSignal.abort()), { name: 'AbortError' });
});

test('optional packages are no trouble, and their absence has its reason', async () => {
  const without = await checkBatchedUdp(() => Promise.reject(new Error('no koffi here')));
  assertFine(without, /one by one, which is slower: no koffi here/);
  assertFine(await checkBatchedUdp(() => Promise.resolve()), /many UDP requests/);
  const absent = checkPackages(() => {
    throw new Error('not found');
  });
  for (const check of absent) assertFine(check, /is not installed.*npm install/);
  for (const check of checkPackages((name) => name)) assertFine(check, /is installed/);
});
