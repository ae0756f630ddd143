/** Gets an entry of the catalog, and says how far it is once the daemon has it. */
import { useState } from 'react';
import type { CatalogEntry } from '../../api/contract/catalog.ts';
import { problemOf } from '../api.ts';
import { useLive, useTorrent } from '../live/live-context.tsx';
import { Bar } from '../parts/bar.tsx';
import { untrustedText } from '../parts/untrusted.tsx';
import { hrefOf } from '../router.ts';
import { usePage } from '../shell/page-state.tsx';
import { percentText, stateText } from '../torrents/torrent-words.ts';
import { getEntry } from './get-entry.ts';

interface GetButtonProps {
  readonly entry: CatalogEntry;
  /** What most come for, where it stands. */
  readonly isPrimary?: boolean;
}

export function GetButton({ entry, isPrimary = false }: GetButtonProps) {
  const live = useLive();
  const page = usePage();
  const torrent = useTorrent(entry.infoHash);
  const [problem, setProblem] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  if (torrent !== undefined) {
    const isPart = torrent.progress < 1;
    return (
      <a
        className="catalog-here"
        href={hrefOf('torrents')}
        onClick={() => page.detail.set(torrent.hash)}
      >
        {isPart ? percentText(torrent.progress) : stateText(torrent)}
        {isPart && <Bar share={torrent.progress} />}
      </a>
    );
  }
  const get = async (): Promise<void> => {
    setIsAsking(true);
    setProblem(undefined);
    try {
      live.take(await getEntry(entry));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setIsAsking(false);
    }
  };
  return (
    <>
      <button
        type="button"
        className={isPrimary ? 'button primary' : 'button small'}
        disabled={isAsking}
        aria-label={`Get ${untrustedText(entry.name)}`}
        onClick={() => void get()}
      >
        Get
      </button>
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
