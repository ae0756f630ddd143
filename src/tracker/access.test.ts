/** Access rules: each mode, pass keys in every form, and replacing the state. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AccessMode, AccessRules, type AccessState, passkeyOf } from './access.ts';
import type { AnnounceRequest } from './announce.ts';
import { firstRefusal } from './hooks.ts';
import { InfoHashSet } from './info-hash-set.ts';

const listed = new Uint8Array(20).fill(1);
const other = new Uint8Array(20).fill(2);

function stateOf(mode: AccessMode, passkeys?: readonly string[]): AccessState {
  return {
    mode,
    infoHashes: InfoHashSet.of([listed]).bytes,
    passkeys: passkeys === undefined ? undefined : new Set(passkeys),
  };
}

function ask(rules: AccessRules, infoHash: Uint8Array, urlData?: string): string | undefined {
  const request: AnnounceRequest = {
    transport: 'http',
    infoHash,
    peerId: new Uint8Array(20),
    address: Uint8Array.of(8, 8, 8, 8),
    port: 1,
    uploadedBytes: 0,
    downloadedBytes: 0,
    leftBytes: 1,
    event: 'none',
    numWant: undefined,
    wantsBothFamilies: false,
    wantsPeerIds: false,
    urlData,
  };
  return firstRefusal(rules.hooks.announce, request, 0)?.reason;
}

test('each mode serves what it says, to announces and scrapes alike', () => {
  const served: readonly [AccessMode, boolean, boolean][] = [
    ['open', true, true],
    ['allow', true, false],
    ['deny', false, true],
    ['catalog', true, false],
  ];
  for (const [mode, servesListed, servesOther] of served) {
    const rules = new AccessRules(stateOf(mode));
    assert.equal(ask(rules, listed) === undefined, servesListed, mode);
    assert.equal(ask(rules, other) === undefined, servesOther, mode);
    const [scrapes] = rules.hooks.scrape;
    assert.deepEqual([scrapes!(listed), scrapes!(other)], [servesListed, servesOther]);
  }
  assert.match(ask(new AccessRules(stateOf('catalog')), other)!, /publish/);
});

test('hooks taken before a change follow it', () => {
  const rules = new AccessRules(stateOf('open'));
  const { announce } = rules.hooks;
  rules.replace(stateOf('deny'));
  const request = { infoHash: listed, urlData: undefined } as AnnounceRequest;
  assert.match(firstRefusal(announce, request, 0)!.reason, /does not serve/);
});

test('a pass key is found in every form of the URL, and only there', () => {
  const found: readonly [string | undefined, string | undefined][] = [
    ['/abcdefgh12/announce?x=1', 'abcdefgh12'],
    ['/announce/abcdefgh12', 'abcdefgh12'],
    ['/announce?a=1&passkey=abcdefgh12', 'abcdefgh12'],
    ['/tracker/abcdefgh12/announce.php', 'abcdefgh12'],
    ['/announce?passkey=short', undefined],
    ['/announce', undefined],
    ['/abcdefgh12/scrape', undefined],
    [undefined, undefined],
  ];
  for (const [urlData, passkey] of found) assert.equal(passkeyOf(urlData), passkey, urlData);
  fc.assert(fc.property(fc.string(), (urlData) => void passkeyOf(urlData)));
});

test('with pass keys, a missing one and a wrong one are told apart', () => {
  const rules = new AccessRules(stateOf('open', ['abcdefgh12']));
  assert.equal(ask(rules, other, '/abcdefgh12/announce'), undefined);
  assert.match(ask(rules, other, '/announce')!, /wants a pass key/);
  assert.match(ask(rules, other, '/abcdefgh13/announce')!, /does not know/);
});

test('the set of info-hashes agrees with a list of them', () => {
  const hash = fc.uint8Array({ minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(hash), hash, (members, stranger) => {
      const set = InfoHashSet.of([...members, ...members]);
      const names = new Set(members.map((member) => member.join()));
      assert.equal(set.size, names.size);
      assert.ok(members.every((member) => set.has(member)));
      assert.equal(set.has(stranger), names.has(stranger.join()));
    }),
  );
});

test('adding and taking away is as making the set anew', () => {
  const hash = fc.uint8Array({ minLength: 20, maxLength: 20, max: 2 });
  const some = fc.array(hash, { maxLength: 20 });
  fc.assert(
    fc.property(some, some, some, (first, added, removed) => {
      const grown = InfoHashSet.of(first).with(added);
      assert.deepEqual(grown.bytes, InfoHashSet.of([...first, ...added]).bytes);
      const gone = new Set(removed.map((member) => member.join()));
      const left = [...first, ...added].filter((member) => !gone.has(member.join()));
      assert.deepEqual(grown.without(removed).bytes, InfoHashSet.of(left).bytes);
    }),
  );
});
