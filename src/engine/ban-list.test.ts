import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BanList } from './ban-list.ts';

test('the oldest ban gives way, and banning again makes a ban young', () => {
  const bans = new BanList(2);
  bans.ban({ host: '8.8.8.1', port: 1 }, 'a');
  bans.ban({ host: '8.8.8.2', port: 1 }, 'b');
  bans.ban({ host: '8.8.8.1', port: 9 }, 'c');
  bans.ban({ host: '8.8.8.3', port: 1 }, 'd');
  assert.deepEqual(
    [...bans.entries()],
    [
      ['8.8.8.1', 'c'],
      ['8.8.8.3', 'd'],
    ],
  );
  assert.ok(!bans.isBanned({ host: '8.8.8.2', port: 1 }));
  assert.equal(bans.size, 2);
});

test('a loopback ban is lifted by the key that entries gave', () => {
  const bans = new BanList();
  bans.ban({ host: '::1', port: 5 }, 'a');
  assert.ok(!bans.isBanned({ host: '::1', port: 6 }));
  const [key] = bans.entries().next().value!;
  assert.ok(bans.unban(key));
  assert.ok(!bans.unban(key));
  assert.ok(!bans.isBanned({ host: '::1', port: 5 }));
});
