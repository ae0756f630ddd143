/** What `shoal doctor` finds on a machine that is well, and on one that is not. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { jsonLines, shoal, startShoal, temporaryFolder } from './shoal-process.ts';

let folder = '';
let remove = async (): Promise<void> => {};

before(async () => {
  ({ path: folder, remove } = await temporaryFolder());
});

after(() => remove());

/** Free ports, and a state folder of the test's own, whatever this machine is used for otherwise. */
const ownPorts = ['--port', '0', '--tracker-port', '0'];

function environment(): Record<string, string> {
  return { XDG_STATE_HOME: folder, TMPDIR: folder };
}

/** Trouble that is the machine's own, such as having no network, is no failure of the test. */
const ofTheMachine = new Set(['addresses', 'openFiles', 'udpBuffer']);

test('every check is an object, and the transfer with itself works', async () => {
  const { code, stdout, stderr } = await shoal(['doctor', '--json', ...ownPorts], {
    env: environment(),
  });
  assert.equal(stderr, '');
  const checks = jsonLines(stdout);
  const names = checks.map(({ check }) => check);
  for (const name of ['node', 'stateFolder', 'peerPort.tcp', 'trackerPort.udp', 'localTracker']) {
    assert.ok(names.includes(name), name);
  }
  for (const check of checks) {
    assert.equal(typeof check.message, 'string');
    assert.equal(typeof check.wayOut, check.ok === true ? 'undefined' : 'string');
    if (!ofTheMachine.has(String(check.check))) assert.equal(check.ok, true, `${check.message}`);
  }
  assert.equal(code, checks.every(({ ok }) => ok) ? 0 : 1);
  const last = checks.at(-1);
  assert.equal(last?.check, 'selfTest');
  assert.equal(last.lengthBytes, 4 * 2 ** 20);
  assert.deepEqual(await readdir(folder), [], 'nothing is left behind');
});

test('trouble is a line with the cause, one with the way out, and status 1', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  assert.ok(address !== null && typeof address === 'object');
  const inPlace = join(folder, 'file');
  await writeFile(inPlace, '');
  const args = ['--port', String(address.port), '--tracker-port', '0', '--state-dir', inPlace];
  const { code, stdout } = await shoal(['doctor', '--quick', ...args], { env: environment() });
  await new Promise((resolve) => holder.close(resolve));
  assert.equal(code, 1);
  const taken = new RegExp(
    `^ {2}trouble {2}TCP port ${address.port} is used by .*\\n {11}Stop that, or choose another`,
    'm',
  );
  assert.match(stdout, taken);
  assert.match(
    stdout,
    /^ {2}trouble {2}progress cannot be remembered in .*file is in its place\n/m,
  );
  assert.match(stdout, /^ {2}ok {7}Node\.js 24/m);
  assert.match(stdout, /\n {2}\d troubles?\n$/);
  assert.doesNotMatch(stdout, /self-test/);
});

test('a tracker that runs here is found, and its ports are no trouble', async () => {
  const tracker = startShoal(['tracker', '--host', '127.0.0.1', '--port', '0', '--json']);
  const port = (await tracker.stdoutMatches(/"port":(\d+),"udpPort":\1/))[1] ?? '';
  const { stdout } = await shoal(
    [
      ...['doctor', '--quick', '--json', '--port', '0', '--tracker-port', port],
      ...['http', 'udp'].flatMap((scheme) => [
        '--tracker',
        `${scheme}://127.0.0.1:${port}/announce`,
      ]),
    ],
    { env: environment() },
  );
  tracker.child.kill('SIGTERM');
  await tracker.ended;
  const checks = new Map(jsonLines(stdout).map((check) => [check.check, check]));
  assert.equal(checks.get('localTracker')?.running, true);
  for (const name of ['trackerPort.tcp', 'trackerPort.udp']) {
    assert.match(String(checks.get(name)?.message), /used by the tracker of this machine/);
  }
  const asked = jsonLines(stdout).filter(({ check }) => check === 'tracker');
  assert.deepEqual(
    asked.map(({ ok }) => ok),
    [true, true],
  );

  const gone = ['--tracker', `http://127.0.0.1:${port}/announce`];
  const { code, stdout: said } = await shoal(['doctor', '--quick', ...ownPorts, ...gone], {
    env: environment(),
  });
  assert.equal(code, 1);
  assert.match(
    said,
    /^ {2}trouble {2}the tracker at http:.* cannot be reached: connection refused\n {11}Check the/m,
  );
});

test('a transfer that fails is trouble with its cause', async () => {
  const { code, stdout } = await shoal(['doctor', '--json', ...ownPorts], {
    env: { ...environment(), TMPDIR: join(folder, 'absent') },
  });
  assert.equal(code, 1);
  const last = jsonLines(stdout).at(-1);
  assert.equal(last?.ok, false);
  assert.match(String(last.message), /loopback failed: .*there is no such file or folder$/);
  assert.match(String(last.wayOut), /TMPDIR/);
});

test('completions and the manual page are printed, also as JSON', async () => {
  const bash = await shoal(['completions', 'bash']);
  assert.equal(bash.code, 0);
  assert.match(bash.stdout, /^complete -F _shoal shoal$/m);
  const man = await shoal(['man']);
  assert.match(man.stdout, /^\.TH SHOAL 1 /);
  const json = await shoal(['completions', 'zsh', '--json']);
  assert.match(String(jsonLines(json.stdout)[0]?.script), /^#compdef shoal\n/);
  const typo = await shoal(['completions', 'zhs']);
  assert.equal(typo.code, 2);
  assert.match(typo.stderr, /Did you mean zsh\?/);
});
