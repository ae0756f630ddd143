import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SettingsChange } from '../../api/contract/torrents.ts';
import {
  type ConfigurationProblem,
  type DaemonConfiguration,
  LiveConfiguration,
  requirePossible,
} from './live-configuration.ts';

function rig(initial: DaemonConfiguration) {
  const done: unknown[][] = [];
  const told: string[] = [];
  let tell: (news: DaemonConfiguration | ConfigurationProblem) => void = () => undefined;
  let stopped = 0;
  const live = new LiveConfiguration({
    initial,
    watch: (listener) => {
      tell = listener;
      return () => stopped++;
    },
    applySettings: async (settings: SettingsChange) => {
      if (settings.dir === '/refused') throw new Error('dir is refused.');
      done.push(['settings', settings]);
    },
    applyWatchDir: (dir) => done.push(['watch', dir]),
    applyOnComplete: (command) => done.push(['command', command]),
    notify: ({ kind, message }) => assert.deepEqual([kind, told.at(-1)], ['settings', message]),
    log: (_level, message) => told.push(message),
  });
  const say = async (news: DaemonConfiguration | ConfigurationProblem): Promise<void> => {
    tell(news);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { live, done, told, say, stops: () => stopped };
}

const initial: DaemonConfiguration = {
  settings: { upLimit: 1000 },
  watchDir: '/in',
  atStart: { port: 6880, host: 'localhost' },
};

test('what can change live changes, and what cannot is named', async () => {
  const { live, done, told, say, stops } = rig(initial);
  await say({ settings: { seedRatio: 2 }, onComplete: ['/bin/true'], atStart: { port: 1 } });
  assert.deepEqual(done, [
    ['settings', { seedRatio: 2 }],
    ['watch', undefined],
    ['command', ['/bin/true']],
  ]);
  assert.match(told.join('\n'), /in force\nhost, port are taken up/);
  await say({ settings: { seedRatio: 2 }, onComplete: ['/bin/true'], atStart: { port: 1 } });
  assert.equal(told.length, 2, 'the same again is nothing to tell');
  await live.close();
  assert.equal(stops(), 1);
});

test('a change that is wrong in one place is not used at all', async () => {
  const { done, told, say } = rig(initial);
  await say({ problems: ['line 3: ports: no such option.', 'line 4: up: no.'] });
  await say({ settings: { upLimit: 0 }, watchDir: '/other', atStart: {} });
  await say({ settings: { dir: '/refused' }, watchDir: '/other', atStart: {} });
  assert.deepEqual(done, []);
  assert.equal(told.length, 3);
  assert.match(told[0]!, /not used.*line 3: ports: no such option\. line 4/);
  assert.match(told[1]!, /upLimit is at least 1/);
  assert.match(told[2]!, /dir is refused/);
  assert.throws(() => requirePossible({ settings: { maxPeers: 0 }, atStart: {} }), {
    code: 'CONFIG_INVALID',
  });
});
