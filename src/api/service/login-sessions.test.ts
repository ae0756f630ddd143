import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LoginSessions } from './login-sessions.ts';

function sessionsAt(clock: { nowMs: number }, maxSessions = 3) {
  let next = 0;
  return new LoginSessions({
    nowMs: () => clock.nowMs,
    newId: () => `id${next++}`,
    idleMs: 1000,
    maxSessions,
  });
}

describe('login sessions', () => {
  it('are open until they are closed', () => {
    const sessions = sessionsAt({ nowMs: 0 });
    const id = sessions.open();
    assert.equal(sessions.use(id), true);
    sessions.close(id);
    assert.equal(sessions.use(id), false);
  });

  it('end when nobody used them for a while', () => {
    const clock = { nowMs: 0 };
    const sessions = sessionsAt(clock);
    const id = sessions.open();
    clock.nowMs = 1000;
    assert.equal(sessions.use(id), true);
    clock.nowMs = 2000;
    assert.equal(sessions.use(id), true);
    clock.nowMs = 3001;
    assert.equal(sessions.use(id), false);
  });

  it('drop the one that was not used longest when there are too many', () => {
    const sessions = sessionsAt({ nowMs: 0 });
    const [first = '', second = ''] = [sessions.open(), sessions.open(), sessions.open()];
    assert.equal(sessions.use(first), true);
    sessions.open();
    assert.equal(sessions.use(second), false);
    assert.equal(sessions.use(first), true);
  });
});
