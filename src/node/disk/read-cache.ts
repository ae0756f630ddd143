/**
 * The upload path: verified content in memory, shared by all torrents of the process. A request is
 * served from the run of content around it, which is read once and handed out as leases; the least
 * recently used run that nobody holds makes way.
 * Invariant: memory stays within the budget; a run's memory is not reused while a lease on it is out;
 * what was written after a run was read is never served from it.
 */
import type { BlockLease, StorageError } from '../../engine/ports.ts';
import { openFileLimit, shareOpenFiles } from '../open-file-limit.ts';
import { type SharedSlab, SharedSlabPool } from '../slab-pool.ts';
import { type ExtentPlace, extentFor, type Gap, isScattered, readExtent } from './read-extent.ts';
import { ReadFiles } from './read-files.ts';
import type { StorageSpec } from './storage-spec.ts';

export interface ReadCacheOptions {
  /** 32 MiB when left out. */
  readonly budgetBytes?: number;
  /** Reads under way at once; 8 when left out. */
  readonly maxReads?: number;
  /** Up to 64, as the system's limit allows, when left out. */
  readonly maxOpenFiles?: number;
}

/** A torrent that reads through the cache. */
export interface ReadSource {
  readonly spec: StorageSpec;
  /** End of the content's byte space. */
  readonly endBytes: number;
  onReadable(): void;
  onReadFailed(piece: number, begin: number, error: StorageError): void;
}

interface Request {
  readonly piece: number;
  readonly begin: number;
  readonly lengthBytes: number;
}

interface Extent {
  readonly source: ReadSource;
  readonly place: ExtentPlace;
  slab: SharedSlab | undefined;
  ready: boolean;
  leases: number;
  /** Handed out so far. */
  servedBytes: number;
  /** No longer findable; its memory goes once nothing uses it. */
  stale: boolean;
  gaps: readonly Gap[];
  waiting: Request[];
}

const noGaps: readonly Gap[] = [];

export class ReadCache {
  readonly #slabs: SharedSlabPool;
  readonly #files: ReadFiles;
  readonly #maxReads: number;
  #reads = 0;
  readonly #extents = new Map<ReadSource, Map<number, Extent>>();
  /** Extents in memory; insertion order is the order of use. */
  readonly #used = new Set<Extent>();
  #latest: Extent | undefined;
  readonly #queue = new Set<Extent>();

  constructor(options: ReadCacheOptions = {}) {
    this.#slabs = new SharedSlabPool(options.budgetBytes ?? 32 * 1024 * 1024);
    this.#files = new ReadFiles(options.maxOpenFiles ?? shareOpenFiles(openFileLimit()).uploading);
    this.#maxReads = options.maxReads ?? 8;
  }

  /** As Storage.tryRead. */
  tryRead(
    source: ReadSource,
    piece: number,
    begin: number,
    lengthBytes: number,
  ): BlockLease | undefined {
    const start = piece * source.spec.pieceLength + begin;
    const extent = this.#find(source, start, lengthBytes);
    if (!extent.ready) {
      extent.waiting.push({ piece, begin, lengthBytes });
      this.#pump();
      return undefined;
    }
    const offset = start - extent.place.startBytes;
    const gap = gapIn(extent.gaps, offset, lengthBytes);
    if (gap !== undefined) {
      this.#discard(extent);
      setImmediate(() => source.onReadFailed(piece, begin, gap.error));
      return undefined;
    }
    return this.#lease(extent, offset, lengthBytes);
  }

  /** As Storage.prefetch. Ignored while there are enough reads under way. */
  prefetch(source: ReadSource, piece: number, begin: number): void {
    if (this.#reads + this.#queue.size >= this.#maxReads) return;
    this.#find(source, piece * source.spec.pieceLength + begin, 1);
    this.#pump();
  }

  /** A piece was written: what is in memory of it is no longer what the disk has. */
  invalidate(source: ReadSource, piece: number): void {
    const extents = this.#extents.get(source);
    if (extents === undefined || extents.size === 0) return;
    const from = piece * source.spec.pieceLength;
    const to = from + source.spec.pieceLength;
    for (const extent of [...extents.values()]) {
      const { startBytes, lengthBytes } = extent.place;
      if (startBytes < to && startBytes + lengthBytes > from) this.#discard(extent);
    }
  }

  /** Files of the source have other names now, or were replaced. */
  invalidateAll(source: ReadSource): void {
    for (const extent of [...(this.#extents.get(source)?.values() ?? [])]) this.#discard(extent);
    this.#files.forget(source.spec.id);
  }

  /** Nothing is reported to the source any more; leases that are out stay valid. */
  forget(source: ReadSource): void {
    for (const extent of [...(this.#extents.get(source)?.values() ?? [])]) {
      extent.waiting = [];
      this.#discard(extent);
    }
    this.#extents.delete(source);
    this.#files.forget(source.spec.id);
  }

  close(): void {
    for (const source of [...this.#extents.keys()]) this.forget(source);
    this.#files.closeAll();
  }

  #find(source: ReadSource, start: number, lengthBytes: number): Extent {
    let extents = this.#extents.get(source);
    if (extents === undefined) {
      extents = new Map();
      this.#extents.set(source, extents);
    }
    const { pieceLength } = source.spec;
    let place = extentFor(pieceLength, source.endBytes, start, lengthBytes, false);
    let known = extents.get(place.key);
    if (known?.place.lengthBytes !== place.lengthBytes && isScattered(source.spec, place)) {
      place = extentFor(pieceLength, source.endBytes, start, lengthBytes, true);
      known = extents.get(place.key);
    }
    if (known !== undefined && known.place.lengthBytes >= place.lengthBytes) return known;
    if (known !== undefined) this.#discard(known);
    const extent: Extent = {
      source,
      place,
      slab: undefined,
      ready: false,
      leases: 0,
      servedBytes: 0,
      stale: false,
      gaps: noGaps,
      waiting: [],
    };
    extents.set(place.key, extent);
    this.#queue.add(extent);
    return extent;
  }

  #lease(extent: Extent, offset: number, lengthBytes: number): BlockLease {
    if (this.#latest !== extent) {
      this.#used.delete(extent);
      this.#used.add(extent);
      this.#latest = extent;
    }
    extent.leases++;
    extent.servedBytes += lengthBytes;
    const { buffer, byteOffset } = extent.slab!.bytes;
    return {
      bytes: Buffer.from(buffer, byteOffset + offset, lengthBytes),
      release: () => {
        extent.leases--;
        if (extent.leases > 0) return;
        // Once through: its memory, still in the processor's cache, serves the next run. Who asks
        // for it again finds it in the system's page cache.
        if (extent.servedBytes >= extent.place.lengthBytes) this.#discard(extent);
        if (extent.stale) this.#free(extent);
        if (this.#queue.size > 0) this.#pump();
      },
    };
  }

  #pump(): void {
    for (const extent of this.#queue) {
      if (this.#reads >= this.#maxReads) return;
      const slab = this.#acquire(extent.place.lengthBytes);
      if (slab === undefined) return;
      this.#queue.delete(extent);
      this.#read(extent, slab);
    }
  }

  #acquire(lengthBytes: number): SharedSlab | undefined {
    let slab = this.#slabs.tryAcquire(lengthBytes);
    if (slab !== undefined) return slab;
    for (const extent of this.#used) {
      if (extent.leases > 0 || !extent.ready) continue;
      this.#discard(extent);
      slab = this.#slabs.tryAcquire(lengthBytes);
      if (slab !== undefined) return slab;
    }
    return undefined;
  }

  #read(extent: Extent, slab: SharedSlab): void {
    const { source, place } = extent;
    extent.slab = slab;
    this.#used.add(extent);
    this.#latest = extent;
    this.#reads++;
    const into = slab.bytes.subarray(0, place.lengthBytes);
    readExtent(this.#files, source.spec, place.startBytes, into, (gaps) => {
      this.#reads--;
      extent.ready = true;
      extent.gaps = gaps;
      if (extent.stale) this.#free(extent);
      this.#report(extent);
      this.#pump();
    });
  }

  /** A request on a stale run is asked again, and then read afresh. */
  #report(extent: Extent): void {
    const waiting = extent.waiting;
    extent.waiting = [];
    let readable = false;
    for (const { piece, begin, lengthBytes } of waiting) {
      const offset = piece * extent.source.spec.pieceLength + begin - extent.place.startBytes;
      const gap = extent.stale ? undefined : gapIn(extent.gaps, offset, lengthBytes);
      if (gap === undefined) readable = true;
      else extent.source.onReadFailed(piece, begin, gap.error);
    }
    if (extent.gaps.length > 0 && !extent.stale && !readable) this.#discard(extent);
    if (readable) extent.source.onReadable();
  }

  #discard(extent: Extent): void {
    if (extent.stale) return;
    extent.stale = true;
    const extents = this.#extents.get(extent.source);
    if (extents?.get(extent.place.key) === extent) extents.delete(extent.place.key);
    if (extent.slab !== undefined) {
      if (extent.ready && extent.leases === 0) this.#free(extent);
      return;
    }
    this.#queue.delete(extent);
    if (extent.waiting.length > 0) setImmediate(() => this.#report(extent));
  }

  #free(extent: Extent): void {
    const { slab } = extent;
    if (slab === undefined) return;
    extent.slab = undefined;
    this.#used.delete(extent);
    if (this.#latest === extent) this.#latest = undefined;
    this.#slabs.release(slab);
  }
}

function gapIn(gaps: readonly Gap[], offset: number, lengthBytes: number): Gap | undefined {
  if (gaps.length === 0) return undefined;
  return gaps.find(({ from, to }) => from < offset + lengthBytes && to > offset);
}
