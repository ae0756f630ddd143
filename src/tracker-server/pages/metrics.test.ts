import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricsText } from './metrics.ts';
import type { StatsSummary } from './stats-report.ts';

const counts = { announces: 5, scrapes: 4, refused: 3, invalid: 2, limited: 1 };
const stats: StatsSummary = {
  version: '1.0.0-"odd"\\\n',
  uptimeSeconds: 12,
  health: { status: 'degraded', problem: 'x' },
  torrents: 2,
  peers: 9,
  seeders: 7,
  leechers: 2,
  announcesPerSecond: 0.1,
  scrapesPerSecond: 0,
  http: counts,
  udp: { ...counts, announces: 1e15 },
  websocket: counts,
};

interface Family {
  readonly type: string;
  readonly samples: Map<string, number>;
}

/**
 * The text format as the exposition's specification has it, and stricter where we can be: each family
 * has its HELP, then its TYPE, then its samples, together, and appears once; no sample appears twice.
 */
function parse(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n') && !text.includes('\n\n') && !text.includes('\r'));
  const families = new Map<string, Family>();
  const lines = text.slice(0, -1).split('\n');
  let current: { name: string; family: Family } | undefined;
  for (let i = 0; i < lines.length; i++) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\\n]|\\\\|\\n)+$/.exec(lines[i]!);
    if (help !== null) {
      const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(
        lines[++i] ?? '',
      );
      assert.equal(type?.[1], help[1], 'TYPE follows HELP of the same name');
      assert.ok(!families.has(help[1]!), `${help[1]} appears once`);
      current = { name: help[1]!, family: { type: type![2]!, samples: new Map() } };
      families.set(current.name, current.family);
      continue;
    }
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^\n]*\})? (\S+)$/.exec(lines[i]!);
    assert.ok(current !== undefined && sample?.[1] === current.name, lines[i]);
    const labels = sample[2] ?? '';
    const pair = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\]|\\\\[\\\\"n])*"';
    assert.match(labels, new RegExp(`^(?:\\{${pair}(?:,${pair})*\\})?$`));
    assert.ok(!current.family.samples.has(labels), `${sample[0]} appears once`);
    assert.match(sample[3]!, /^(?:[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)$/);
    current.family.samples.set(labels, Number(sample[3]));
  }
  for (const [name, { type, samples }] of families) {
    assert.ok(samples.size > 0, name);
    assert.equal(type === 'counter', name.endsWith('_total'), name);
  }
  return families;
}

test('the exposition is well-formed and says what is counted', () => {
  const families = parse(metricsText(stats, { residentBytes: 5e7, cpuSeconds: 1.25 }));
  const value = (name: string, labels = '') => families.get(name)?.samples.get(labels);
  assert.equal(value('shoal_tracker_torrents'), 2);
  assert.equal(value('shoal_tracker_peers', '{role="seeder"}'), 7);
  assert.equal(value('shoal_tracker_announces_total', '{transport="udp"}'), 1e15);
  assert.equal(value('shoal_tracker_limited_total', '{transport="websocket"}'), 1);
  assert.equal(value('shoal_tracker_healthy'), 0);
  assert.equal(value('shoal_tracker_info', '{version="1.0.0-\\"odd\\"\\\\\\n"}'), 1);
  assert.equal(families.get('process_cpu_seconds_total')?.samples.get(''), 1.25);
});

test('the parser refuses what is not the format', () => {
  for (const text of [
    'a 1\n',
    '# HELP a b\n# TYPE a gauge\na 1',
    '# HELP a b\n# TYPE b gauge\na 1\n',
    '# HELP a b\n# TYPE a gauge\na{x="1} 1\n',
    '# HELP a b\n# TYPE a gauge\na 1\na 2\n',
    '# HELP a b\n# TYPE a counter\na 1\n',
    '# HELP a b\n# TYPE a gauge\na NaN\n',
  ]) {
    assert.throws(() => parse(text), text);
  }
});
