import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from './nearest-name.ts';

test('the nearest known name is found, and nothing is guessed from nothing', () => {
  const names = ['port', 'host', 'interval', 'peer-timeout'];
  assert.equal(nearestName('prot', names), 'port');
  assert.equal(nearestName('PORT', names), 'port');
  assert.equal(nearestName('intervall', names), 'interval');
  assert.equal(nearestName('peertimeout', names), 'peer-timeout');
  assert.equal(nearestName('colour', names), undefined);
  assert.equal(nearestName('', names), undefined);
  assert.equal(nearestName('port', []), undefined);
});
