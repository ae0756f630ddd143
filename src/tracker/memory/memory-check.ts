/**
 * Walks the whole memory and asserts what the other files promise: every word belongs to exactly one
 * block, every block to exactly one owner, and what is counted or linked in two places agrees.
 * For tests; it takes no lock, so no other thread may be at work.
 */
import { assert } from '../../base/assert.ts';
import { lineWords, pageEntryWords, place, shard, wheelBuckets } from '../swarm-memory.ts';
import { pageEntry } from './block-allocator.ts';
import { PeerKey } from './peer-key.ts';
import { pool } from './pool-blocks.ts';
import { infoHashWords, swarm } from './swarm-table.ts';
import type { Swarms } from './swarms.ts';
import { keyEnd } from './tag-table.ts';

export function checkMemory(swarms: Swarms): void {
  const claims = new BlockClaims(swarms);
  const { shards, shardsAt } = swarms.memory;
  for (let i = 0; i < shards; i++) checkShard(swarms, shardsAt + i * lineWords, claims);
  claims.checkAllocator();
}

/** Which blocks owners were found for. */
class BlockClaims {
  readonly #swarms: Swarms;
  readonly #classes = new Map<number, number>();
  readonly #perPage = new Map<number, number>();

  constructor(swarms: Swarms) {
    this.#swarms = swarms;
  }

  claim(block: number, sizeClass: number): void {
    const page = block >>> this.#swarms.memory.pageShift;
    assert(!this.#classes.has(block), `block ${block} has two owners`);
    assert(this.#owner(page) === sizeClass + 1, `block ${block} is in a page of another class`);
    this.#classes.set(block, sizeClass);
    this.#perPage.set(page, (this.#perPage.get(page) ?? 0) + 1);
  }

  /** After all claims: what nobody claimed is free, carved or not. */
  checkAllocator(): void {
    const { words, firstPage, pageCount } = this.#swarms.memory;
    const fresh = words[place.nextFreshPage]!;
    assert(fresh >= firstPage && fresh <= pageCount, 'fresh pages are within the memory');
    const free = this.#freePages();
    for (let page = firstPage; page < fresh; page++) {
      assert(free.has(page) === (this.#owner(page) === 0), `page ${page} is free or in use`);
      if (!free.has(page)) this.#checkPage(page);
    }
    const count = free.size + pageCount - fresh;
    assert(words[place.freePages] === count, 'free pages are counted');
    this.#checkPartialPages();
  }

  #owner(page: number): number {
    const { words, pageTableAt } = this.#swarms.memory;
    return words[pageTableAt + page * pageEntryWords + pageEntry.owner]!;
  }

  #freePages(): Set<number> {
    const { words, pageTableAt } = this.#swarms.memory;
    const free = new Set<number>();
    for (let page = words[place.freePageHead]!; page !== 0; ) {
      assert(!free.has(page), `page ${page} is in the free list twice`);
      free.add(page);
      page = words[pageTableAt + page * pageEntryWords + pageEntry.next]!;
    }
    return free;
  }

  #checkPage(page: number): void {
    const { words, pageTableAt, pageShift } = this.#swarms.memory;
    const { classes } = this.#swarms.blocks;
    const entry = pageTableAt + page * pageEntryWords;
    const sizeClass = this.#owner(page) - 1;
    const carved = words[entry + pageEntry.carved]!;
    const start = page << pageShift;
    const size = classes.words(sizeClass);
    let free = 0;
    for (let block = words[entry + pageEntry.freeHead]!; block !== 0; block = words[block]!) {
      assert((block - start) % size === 0, `free block ${block} begins where none begins`);
      assert(block >= start && block < start + carved * size, `free block ${block} is elsewhere`);
      assert(!this.#classes.has(block), `block ${block} is free and has an owner`);
      free++;
      assert(free <= carved, `the free blocks of page ${page} go round in a circle`);
    }
    const used = this.#perPage.get(page) ?? 0;
    assert(used > 0, `page ${page} is empty and not free`);
    assert(words[entry + pageEntry.used] === used, `the used blocks of page ${page} are counted`);
    assert(used + free === carved, `page ${page} has blocks that nobody knows`);
    assert(carved <= classes.perPage(sizeClass), `page ${page} has too many blocks`);
  }

  #checkPartialPages(): void {
    const { words, pageTableAt, firstPage } = this.#swarms.memory;
    const { classes } = this.#swarms.blocks;
    const listed = new Set<number>();
    for (let sizeClass = 0; sizeClass < classes.count; sizeClass++) {
      let previous = 0;
      for (let page = words[place.partialPages + sizeClass]!; page !== 0; ) {
        const entry = pageTableAt + page * pageEntryWords;
        assert(!listed.has(page), `page ${page} is in a list twice`);
        assert(this.#owner(page) === sizeClass + 1, `page ${page} is in another class's list`);
        assert(words[entry + pageEntry.previous] === previous, `page ${page} is linked both ways`);
        listed.add(page);
        previous = page;
        page = words[entry + pageEntry.next]!;
      }
    }
    for (let page = firstPage; page < words[place.nextFreshPage]!; page++) {
      const owner = this.#owner(page);
      const used = words[pageTableAt + page * pageEntryWords + pageEntry.used]!;
      const hasRoom = owner !== 0 && used < classes.perPage(owner - 1);
      assert(listed.has(page) === hasRoom, `page ${page} is listed when it has room`);
    }
  }
}

function checkShard(swarms: Swarms, line: number, claims: BlockClaims): void {
  const { words } = swarms.memory;
  const records = recordsOf(swarms, line);
  let inTable = 0;
  swarms.table.table.forEachBlock(line + shard.table, (block, sizeClass, count) => {
    claims.claim(block, sizeClass);
    inTable += count;
  });
  assert(inTable === records.length, 'the table counts its swarms');
  const sums = { swarms: 0, seeders: 0, leechers: 0 };
  const newcomers = new Set<number>();
  const retained = new Set<number>();
  const living = new Set<number>();
  for (const record of records) {
    claims.claim(record, swarms.table.recordClass);
    checkTablePlace(swarms, line, record);
    const size = swarms.size(record);
    const seeders = swarms.seeders(record);
    for (let at = swarms.firstPool(record); at !== 0; at = swarms.nextPool(record, at)) {
      if (at !== record + swarm.pool) claims.claim(at, swarms.chainClass);
      checkPool(swarms, record, at, claims);
    }
    if (size === 0) retained.add(record);
    else living.add(record);
    if (size === 1) newcomers.add(record);
    sums.swarms += size === 0 ? 0 : 1;
    sums.seeders += seeders;
    sums.leechers += size - seeders;
  }
  assert(words[line + shard.swarms] === sums.swarms, 'swarms are counted');
  assert(words[line + shard.seeders] === sums.seeders, 'seeders are counted');
  assert(words[line + shard.leechers] === sums.leechers, 'leechers are counted');
  assert(words[line + shard.retained] === retained.size, 'retained counts are counted');
  checkList(swarms, line + shard.newestNewcomer, line + shard.oldestNewcomer, newcomers);
  checkList(swarms, line + shard.newestRetained, line + shard.oldestRetained, retained);
  checkWheel(swarms, line, living);
}

function recordsOf(swarms: Swarms, line: number): number[] {
  const found: number[] = [];
  const into = new Int32Array(2 ** swarms.memory.pageShift);
  for (let key = 0; key < keyEnd; ) {
    key = swarms.table.list(line, key, into);
    found.push(...into.subarray(1, 1 + into[0]!));
  }
  assert(new Set(found).size === found.length, 'no swarm is in the table twice');
  return found;
}

function checkTablePlace(swarms: Swarms, line: number, record: number): void {
  const infoHash = swarms.memory.words.slice(record, record + infoHashWords);
  const hash = swarms.table.hash(infoHash);
  assert(swarms.table.lineOf(hash) === line, 'a swarm is in the shard of its hash');
  assert(swarms.table.find(line, hash, infoHash) === record, 'a swarm is found in its table');
  const listed = swarms.lists.isListed(record);
  assert(listed === swarms.size(record) < 2, 'a swarm of fewer than two peers is in a list');
  assert(
    swarms.lists.isRetained(record) === (swarms.size(record) === 0),
    'a swarm is retained exactly when it is empty',
  );
}

function checkPool(swarms: Swarms, record: number, at: number, claims: BlockClaims): void {
  const { words } = swarms.memory;
  const { pools } = swarms;
  const kind = pools.blocks.kindOf(at);
  const size = words[at + pool.size]!;
  const key = new PeerKey();
  assert(size > 0, 'a pool has a peer');
  assert(words[at + pool.seeders]! <= size, 'seeders are among the peers');
  assert(swarms.poolOf(record, kind) === at, 'a swarm has one pool of a kind');
  pools.blocks.forEachBlock(at, (block, sizeClass) => claims.claim(block, sizeClass));
  for (let slot = 0; slot < size; slot++) {
    key.loadRecord(words, pools.blocks.hotAt(at, slot), (kind & 1) === 1);
    assert(key.kind === kind, 'a peer is in the pool of its kind');
    assert(pools.find(at, key) === slot, 'each peer is found at its slot, and once');
  }
  if (size < 2 || words[at + pool.index] === 0) return;
  let indexed = 0;
  pools.index.forEachBlock(at + pool.index, (block, sizeClass, count) => {
    claims.claim(block, sizeClass);
    indexed += count;
  });
  assert(indexed === size, 'the index holds every peer once');
}

function checkList(swarms: Swarms, newestAt: number, oldestAt: number, members: Set<number>): void {
  const { words } = swarms.memory;
  const seen = new Set<number>();
  let newer = 0;
  for (let record = words[newestAt]!; record !== 0; record = swarms.lists.older(record)) {
    assert(members.has(record) && !seen.has(record), 'a list has its swarms, each once');
    assert(words[record + swarm.listNewer] === newer, 'a list is linked both ways');
    seen.add(record);
    newer = record;
  }
  assert(words[oldestAt] === newer, 'a list ends with its oldest');
  assert(seen.size === members.size, 'a list has all its swarms');
}

function checkWheel(swarms: Swarms, line: number, living: Set<number>): void {
  const { words, wheelsAt, shardsAt } = swarms.memory;
  const headsAt = wheelsAt + ((line - shardsAt) / lineWords) * wheelBuckets;
  const waiting = new Set<number>();
  for (let bucket = 0; bucket < wheelBuckets; bucket++) {
    let previous = 0;
    for (let record = words[headsAt + bucket]!; record !== 0; ) {
      assert(living.has(record) && !waiting.has(record), 'a swarm waits in one bucket');
      assert((words[record + swarm.state]! & 0xff) === bucket + 1, 'a swarm knows its bucket');
      assert(words[record + swarm.wheelPrevious] === previous, 'a bucket is linked both ways');
      waiting.add(record);
      previous = record;
      record = words[record + swarm.wheelNext]!;
    }
  }
  for (const record of living) {
    const isSwept = words[place.sweepRecord] === record;
    assert(waiting.has(record) !== isSwept, 'a swarm with peers waits or is being swept');
  }
}
