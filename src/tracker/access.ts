/**
 * Who may announce what: open to all torrents, a list of those allowed or denied, or what the catalog
 * has; and pass keys, which every announce then has to name in its URL.
 * Invariant: the rules in force are one state, replaced as a whole, in every thread.
 */
import type { AnnounceRequest } from './announce.ts';
import type { Refusal, TrackerHooks } from './hooks.ts';
import { InfoHashSet } from './info-hash-set.ts';

/** `catalog` serves what `infoHashes` has, as `allow` does; it only says another sentence. */
export const accessModes = ['open', 'allow', 'deny', 'catalog'] as const;
export type AccessMode = (typeof accessModes)[number];

/** Can be posted to other threads; the hashes are shared, not copied. */
export interface AccessState {
  readonly mode: AccessMode;
  /** The bytes of an `InfoHashSet`. */
  readonly infoHashes: Uint8Array;
  /** Undefined where no pass key is asked for. */
  readonly passkeys: ReadonlySet<string> | undefined;
}

export const openAccess: AccessState = {
  mode: 'open',
  infoHashes: new Uint8Array(0),
  passkeys: undefined,
};

const refusals: Readonly<Record<Exclude<AccessMode, 'open'>, Refusal>> = {
  allow: { reason: 'this tracker does not serve that torrent', retryMinutes: 'never' },
  deny: { reason: 'this tracker does not serve that torrent', retryMinutes: 'never' },
  catalog: {
    reason: 'this tracker serves only what is in its catalog: publish the torrent first',
    retryMinutes: 5,
  },
};

const passkeyMissing: Refusal = {
  reason: 'this tracker wants a pass key: use the announce URL that its operator gave you',
  retryMinutes: 'never',
};
const passkeyUnknown: Refusal = {
  reason: 'this tracker does not know your pass key: ask its operator for a new announce URL',
  retryMinutes: 'never',
};

export class AccessRules {
  #state: AccessState;
  #infoHashes: InfoHashSet;

  constructor(state: AccessState) {
    this.#state = state;
    this.#infoHashes = new InfoHashSet(state.infoHashes);
  }

  get state(): AccessState {
    return this.#state;
  }

  /** In force from the next request on. */
  replace(state: AccessState): void {
    this.#state = state;
    this.#infoHashes = new InfoHashSet(state.infoHashes);
  }

  /** They follow the state, whatever replaces it. A scrape needs no pass key: it tells only counts. */
  get hooks(): TrackerHooks {
    return {
      announce: [(request) => this.#refusalFor(request)],
      scrape: [(infoHash) => this.#serves(infoHash)],
    };
  }

  #refusalFor(request: AnnounceRequest): Refusal | undefined {
    const { mode, passkeys } = this.#state;
    if (passkeys !== undefined) {
      const passkey = passkeyOf(request.urlData);
      if (passkey === undefined) return passkeyMissing;
      if (!passkeys.has(passkey)) return passkeyUnknown;
    }
    if (mode === 'open' || this.#serves(request.infoHash)) return undefined;
    return refusals[mode];
  }

  #serves(infoHash: Uint8Array): boolean {
    const { mode } = this.#state;
    if (mode === 'open') return true;
    return this.#infoHashes.has(infoHash) !== (mode === 'deny');
  }
}

const passkeyForm = /^[A-Za-z0-9_-]{8,64}$/;

export function isPasskey(text: string): boolean {
  return passkeyForm.test(text);
}

/**
 * The pass key in `/KEY/announce`, `/announce/KEY` or `/announce?passkey=KEY`: the forms in which private
 * trackers hand out their URLs.
 */
export function passkeyOf(urlData: string | undefined): string | undefined {
  if (urlData === undefined) return undefined;
  const [path = '', query = ''] = urlData.split('?', 2);
  const steps = path.split('/').filter((step) => step !== '');
  const at = steps.findIndex((step) => step === 'announce' || step === 'announce.php');
  const beside = at === -1 ? [] : [steps[at - 1], steps[at + 1]];
  const fromPath = beside.find((step) => step !== undefined && isPasskey(step));
  return fromPath ?? /(?:^|&)passkey=([A-Za-z0-9_-]{8,64})(?:&|$)/.exec(query)?.[1];
}
