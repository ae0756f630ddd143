/** All that the daemon offers to its API and to the dialects of other clients. */
import type {
  FolderListing,
  Settings,
  SettingsChange,
  Share,
  ShareRequest,
} from '../contract/torrents.ts';
import type { TorrentsPort } from './torrents-port.ts';

export interface DaemonPorts {
  readonly torrents: TorrentsPort;
  readonly settings: SettingsPort;
  readonly folders: FoldersPort;
  readonly shares: SharesPort;
  readonly homeTracker: HomeTrackerPort;
  readonly labels: LabelsPort;
}

export interface SettingsPort {
  get(): Settings;
  /** All of it or nothing. Settles once it is on the disk. */
  change(change: SettingsChange): Promise<Settings>;
}

/** Folders that torrents may be saved to, and what lies below them. */
export interface FoldersPort {
  /** Absent: the daemon's own folder. */
  list(path: string | undefined): Promise<FolderListing>;
  freeBytes(path: string): Promise<number>;
  /** The absolute path that is meant. Throws DaemonRefusal when nothing may be saved there. */
  choose(path: string | undefined): string;
}

/** Data that becomes a torrent here: made, listed in the home tracker's catalog, seeded. */
export interface SharesPort {
  begin(request: ShareRequest): Promise<Share>;
  get(id: string): Share;
  /** All bytes of a file that `begin` announced; after the last file it is hashed. */
  receive(id: string, index: number, bytes: AsyncIterable<Uint8Array>): Promise<Share>;
  cancel(id: string): Promise<void>;
}

/** The tracker that what is shared is announced to. */
export interface HomeTrackerPort {
  /** Its catalog's answer to a path and query below `/api/v1/catalog`, as it came. */
  catalog(pathAndQuery: string, signal: AbortSignal): Promise<HomeTrackerAnswer>;
  statistics(signal: AbortSignal): Promise<HomeTrackerAnswer>;
}

export interface HomeTrackerAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: Uint8Array;
}

/** Labels and categories that are known, whether a torrent has them or not; in order of the alphabet. */
export interface LabelsPort {
  labels(): readonly string[];
  addLabels(names: readonly string[]): Promise<void>;
  /** From torrents too. */
  removeLabels(names: readonly string[]): Promise<void>;
  categories(): readonly Category[];
  /** New, or instead of the one of that name. Throws DaemonRefusal for a folder that may not be saved to. */
  putCategory(category: Category): Promise<void>;
  /** From torrents too. */
  removeCategories(names: readonly string[]): Promise<void>;
}

export interface Category {
  readonly name: string;
  /** Where its torrents go unless told. */
  readonly dir?: string;
}
