/** The load tool judges trackers, so what it takes for a right answer, and whom it may load, is tested. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HttpAnswer } from '../bench/load/http-answer.ts';
import { LatencyHistogram } from '../bench/load/latency-histogram.ts';
import { limitedBy } from '../bench/load/limited-by.ts';
import { LoadPopulation, sourceAddress } from '../bench/load/load-population.ts';
import { LoadTally } from '../bench/load/load-tally.ts';
import { loopbackTarget } from '../bench/load/loopback-target.ts';
import { requestWords, UdpSource } from '../bench/load/udp-source.ts';
import { SeededRandom } from '../src/base/random.ts';
import { encodeLatin1 } from '../src/base/text.ts';
import {
  encodeUdpAnnounceReply,
  encodeUdpConnectReply,
  encodeUdpErrorReply,
} from '../src/protocol/udp-tracker-reply.ts';
import { decodeUdpTrackerRequest } from '../src/protocol/udp-tracker-request.ts';

describe('the load tool', () => {
  test('loads this machine only', () => {
    assert.deepEqual(loopbackTarget('127.0.0.1', 6969), { host: '127.0.0.1', port: 6969 });
    for (const host of ['10.0.0.1', '8.8.8.8', 'localhost', '127.0.0.1.evil.example', '::1', '']) {
      assert.throws(() => loopbackTarget(host, 6969), /only ever aimed at this machine/, host);
    }
    for (const port of [0, 65_536, Number.NaN, 1.5]) {
      assert.throws(() => loopbackTarget('127.0.0.1', port), /port/);
    }
  });

  test('percentiles', () => {
    const latency = new LatencyHistogram();
    assert.equal(latency.percentileMs(0.5), undefined);
    for (let ms = 1; ms <= 1000; ms++) latency.add(ms * 1000 - 1);
    const of = [0.01, 0.5, 0.99, 1].map((share) => latency.percentileMs(share));
    assert.deepEqual(of.slice(0, 1), [10]);
    for (const [i, wanted] of [10, 500, 990, 1000].entries()) {
      assert.ok(Math.abs(of[i]! - wanted) <= 0.064, `${of[i]} is not ${wanted}`);
    }
    latency.add(1e9);
    assert.equal(latency.percentileMs(1), Number.POSITIVE_INFINITY);
    latency.clear();
    assert.equal(latency.count, 0);
  });

  test('peers of a swarm differ, and so do sources', () => {
    const population = new LoadPopulation({ swarms: 3, peersPerSwarm: 50_000, sources: 1 });
    for (let swarm = 0; swarm < 3; swarm++) {
      const ports = new Set<number>();
      for (let peer = 0; peer < population.peersPerSource; peer++) {
        ports.add(population.port(swarm, peer));
      }
      assert.equal(ports.size, 50_000);
      assert.ok(Math.min(...ports) >= 10_000 && Math.max(...ports) < 65_536);
    }
    const addresses = Array.from({ length: 300 }, (_, source) => sourceAddress(source));
    assert.equal(new Set(addresses).size, 300);
    for (const address of addresses) loopbackTarget(address, 1);
  });

  test('who is the limit', () => {
    const used = (trackerCores?: number, loadCores?: number) =>
      limitedBy({ ...new LoadTally().figures(1, trackerCores, loadCores) }, 1);
    assert.deepEqual(
      [used(1, 0.6), used(0.6, 0.99), used(0.99, 0.98), used(0.5, 0.5), used()],
      ['tracker', 'load', 'both', 'neither', 'unknown'],
    );
  });
});

describe('answers over HTTP', () => {
  const body = `d8:completei1e10:incompletei2e8:intervali1800e5:peers12:${'\x7f\0\0\x01\x27\x10'.repeat(2)}e`;
  const whole = (text: string, head = '') =>
    encodeLatin1(`HTTP/1.1 200 OK\r\n${head}Content-Length: ${text.length}\r\n\r\n${text}`);

  test('a right one is right however it is cut', () => {
    const bytes = whole(body, 'X-A: content-length: 9\r\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const answer = new HttpAnswer();
      answer.expect('announce');
      const isDone = answer.take(bytes, 0, cut);
      assert.equal(isDone, cut === bytes.length);
      assert.ok(isDone || answer.take(bytes, cut, bytes.length));
      assert.ok(answer.isRight && !answer.closes, `cut at ${cut}`);
      if (cut === 0 || cut === bytes.length) assert.equal(answer.peers, 2);
    }
  });

  test('a wrong one is wrong', () => {
    for (const bytes of [
      whole('d14:failure reason4:nopee'),
      whole(body.replace('peers12', 'peers11')),
      whole(body.replace('5:peers', '6:peers')),
      encodeLatin1(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
      encodeLatin1(`HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n${body}`),
      encodeLatin1(`HTTP/1.1 200 OK\r\n\r\n${body}`),
      encodeLatin1(`HTTP/1.1 200 OK\r\n${'x'.repeat(5000)}`),
    ]) {
      const answer = new HttpAnswer();
      answer.expect('announce');
      assert.ok(answer.take(bytes, 0, bytes.length));
      assert.ok(!answer.isRight);
    }
    const scrape = new HttpAnswer();
    scrape.expect('scrape');
    scrape.take(whole(body), 0, whole(body).length);
    assert.ok(!scrape.isRight);
    scrape.expect('scrape');
    const closing = whole('d5:filesdee', 'Connection: close\r\n');
    scrape.take(closing, 0, closing.length);
    assert.ok(scrape.isRight && scrape.closes);
  });
});

describe('answers over UDP', () => {
  const population = new LoadPopulation({ swarms: 5, peersPerSwarm: 4, sources: 1 });

  function rig() {
    const tally = new LoadTally();
    const source = new UdpSource({
      ...{ source: 0, population, numWant: 30, window: 4, tally, mayBeRefused: false },
      random: new SeededRandom(1),
    });
    const words = new Int32Array(requestWords);
    const bytes = new Uint8Array(words.buffer);
    /** The next request; undefined when it has none. */
    const ask = (nowUs: number) => {
      const length = source.write(words, bytes, 0, nowUs);
      return length === 0 ? undefined : decodeUdpTrackerRequest(bytes.slice(0, length));
    };
    const answer = (packet: Uint8Array, nowUs: number) => {
      const memory = new Uint8Array(2048);
      memory.set(packet);
      source.take(new Int32Array(memory.buffer), memory, 0, packet.length, nowUs);
    };
    source.begin('connect');
    const connect = ask(0);
    assert.ok(connect?.action === 'connect');
    answer(encodeUdpConnectReply(connect.transactionId, 0x1122_3344_5566_7788n), 10);
    assert.deepEqual([tally.answers[0], tally.wrong, ask(0)], [1, 0, undefined]);
    return { tally, source, ask, answer };
  }

  const reply = (transactionId: number, peers: number[]) =>
    encodeUdpAnnounceReply({
      ...{ transactionId, intervalSeconds: 1800, seeders: 1, leechers: 3 },
      peers: Uint8Array.from(peers),
    });

  test('a fill asks for every peer once, and again for what is lost', () => {
    const { tally, source, ask, answer } = rig();
    source.begin('fill');
    const asked = new Set<string>();
    let isFirst = true;
    for (let nowUs = 0; !source.isIdle; nowUs += 1_000_000) {
      source.expire(nowUs);
      for (let request = ask(nowUs); request !== undefined; request = ask(nowUs)) {
        assert.ok(request.action === 'announce');
        assert.equal(request.connectionId, 0x1122_3344_5566_7788n);
        asked.add(`${Buffer.from(request.infoHash).toString('hex')} ${request.port}`);
        if (!isFirst) answer(reply(request.transactionId, []), nowUs);
        isFirst = false;
      }
    }
    assert.deepEqual([asked.size, tally.answers[1], tally.lost, tally.wrong], [20, 20, 1, 0]);
  });

  test('wrong answers are counted, late ones are not', () => {
    const { tally, source, ask, answer } = rig();
    source.begin('fill');
    const right = [127, 0, 0, 1, 0x27, 0x10];
    for (const [makeWrong, wrong] of [
      [(id: number) => reply(id, right), 0],
      [(id: number) => reply(id, [...right, ...right]), 1],
      [(id: number) => reply(id, [8, 8, 8, 8, 0x27, 0x10]), 1],
      [(id: number) => reply(id, [127, 0, 0, 1, 0, 0]), 1],
      [(id: number) => reply(id, right.slice(1)), 1],
      [(id: number) => encodeUdpErrorReply(id, 'no'), 1],
      [(id: number) => encodeUdpConnectReply(id, 1n), 1],
    ] as const) {
      const before = tally.wrong;
      const request = ask(0);
      assert.ok(request !== undefined);
      answer(makeWrong(request.transactionId), 5);
      assert.equal(tally.wrong - before, wrong);
    }
    const late = ask(0);
    assert.ok(late !== undefined);
    source.expire(600_000);
    const before = tally.wrong;
    answer(reply(late.transactionId, right), 700_000);
    assert.equal(tally.wrong, before);
    assert.equal(tally.lost, 1);
  });
});
