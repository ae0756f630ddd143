/**
 * Walks through the folders of the daemon's machine that things may be saved to. Where one is, is what is
 * chosen. Keys: up and down between folders, right or Enter in, left or Backspace out.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { FolderListing, Settings } from '../../api/contract/torrents.ts';
import { Icon } from '../parts/icon.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import { useSettings } from '../settings/use-settings.ts';
import { openCrumbs } from './crumbs.ts';

interface FolderWalkProps {
  /** Undefined while it is asked for. */
  readonly listing: FolderListing | undefined;
  readonly onGo: (path: string) => void;
}

export function FolderWalk({ listing, onGo }: FolderWalkProps) {
  const last = useRef(listing);
  if (listing !== undefined) last.current = listing;
  const shown = last.current;
  const { data: settings } = useSettings();
  const tops = settings === undefined ? [] : topsOf(settings);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const path = shown?.path;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another folder begins at its first line.
  useEffect(() => setActive(0), [path]);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  if (shown === undefined) return <div className="shape folder-walk" />;

  const { folders, parent } = shown;
  const onKey = (event: KeyboardEvent): void => {
    const { key } = event;
    const at = folders[active];
    if (key === 'ArrowDown') setActive(Math.min(folders.length - 1, active + 1));
    else if (key === 'ArrowUp') setActive(Math.max(0, active - 1));
    else if (key === 'Home') setActive(0);
    else if (key === 'End') setActive(folders.length - 1);
    else if ((key === 'ArrowRight' || key === 'Enter') && at !== undefined) onGo(at.path);
    else if ((key === 'ArrowLeft' || key === 'Backspace') && parent !== undefined) onGo(parent);
    else if (key !== 'Enter') return;
    event.preventDefault();
  };
  return (
    <div className="folder-walk">
      <nav className="folder-crumbs" aria-label="Where this folder is">
        {openCrumbs(shown.path, tops).map((crumb) => (
          <button
            key={crumb.path}
            type="button"
            className="link-button"
            aria-current={crumb.path === shown.path ? 'location' : undefined}
            onClick={() => onGo(crumb.path)}
          >
            <Untrusted text={crumb.name} />
          </button>
        ))}
        {tops.length > 1 && parent === undefined && (
          <span className="folder-tops">
            also:
            {tops
              .filter((top) => top !== shown.path)
              .map((top) => (
                <button key={top} type="button" className="link-button" onClick={() => onGo(top)}>
                  <Untrusted text={top} />
                </button>
              ))}
          </span>
        )}
      </nav>
      <div
        ref={list}
        className="folder-list"
        role="listbox"
        aria-label={`Folders in ${shown.path}`}
        aria-activedescendant={folders[active] && `folder-${active}`}
        tabIndex={0}
        onKeyDown={onKey}
      >
        {folders.map((folder, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list box takes the keys.
          <div
            key={folder.path}
            id={`folder-${i}`}
            className="folder-option"
            role="option"
            tabIndex={-1}
            aria-selected={i === active}
            onClick={() => onGo(folder.path)}
          >
            <Icon name="folder" />
            <span className="cut">
              <Untrusted text={folder.name} />
            </span>
            <Icon name="unfold" />
          </div>
        ))}
        {folders.length === 0 && (
          <p className="quiet">No folders in here. To make one, add its name to the path.</p>
        )}
      </div>
    </div>
  );
}

function topsOf({ dir, fixed }: Settings): string[] {
  return [...new Set([dir, ...fixed.allowDirs])];
}
