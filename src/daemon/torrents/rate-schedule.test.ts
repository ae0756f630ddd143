import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isScheduled, type Schedule, wallTimeOf } from './rate-schedule.ts';

const sunday = 0;
const monday = 1;
const tuesday = 2;

function schedule(from: string, to: string, days: number[], enabled = true): Schedule {
  return { enabled, from, to, days };
}

function at(day: number, clock: string) {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return { day, minutes: hours * 60 + minutes };
}

test('a period within a day has its first minute and not its last', () => {
  const work = schedule('08:30', '17:00', [monday, tuesday]);
  assert.equal(isScheduled(work, at(monday, '08:29')), false);
  assert.equal(isScheduled(work, at(monday, '08:30')), true);
  assert.equal(isScheduled(work, at(tuesday, '16:59')), true);
  assert.equal(isScheduled(work, at(tuesday, '17:00')), false);
  assert.equal(isScheduled(work, at(sunday, '12:00')), false);
  assert.equal(isScheduled({ ...work, enabled: false }, at(monday, '12:00')), false);
});

test('a period over midnight belongs to the day on which it begins', () => {
  const night = schedule('22:00', '06:00', [sunday]);
  assert.equal(isScheduled(night, at(sunday, '21:59')), false);
  assert.equal(isScheduled(night, at(sunday, '05:00')), false);
  assert.equal(isScheduled(night, at(sunday, '23:59')), true);
  assert.equal(isScheduled(night, at(monday, '05:59')), true);
  assert.equal(isScheduled(night, at(monday, '06:00')), false);
  assert.equal(isScheduled(night, at(monday, '22:00')), false);
  const saturday = schedule('22:00', '06:00', [6]);
  assert.equal(isScheduled(saturday, at(sunday, '00:00')), true);
});

test('from a time to the same time is a whole day from there on', () => {
  const day = schedule('12:00', '12:00', [monday]);
  assert.equal(isScheduled(day, at(monday, '11:59')), false);
  assert.equal(isScheduled(day, at(monday, '12:00')), true);
  assert.equal(isScheduled(day, at(tuesday, '11:59')), true);
  assert.equal(isScheduled(day, at(tuesday, '12:00')), false);
});

test('the clock is the local one', () => {
  assert.deepEqual(wallTimeOf(new Date(2026, 10, 20, 7, 5)), { day: 5, minutes: 425 });
});
