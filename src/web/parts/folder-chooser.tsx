/** A folder on the daemon's machine: typed, or found by walking; with its free space. */
import { useDeferredValue, useState } from 'react';
import { type FolderListing, foldersPath } from '../../api/contract/torrents.ts';
import { formatBytes } from '../../base/amounts.ts';
import { FolderWalk } from '../folders/folder-walk.tsx';
import '../folders/folders.css';
import { useSteady } from '../folders/use-steady.ts';
import { untrustedText } from './untrusted.tsx';
import { useAnswer } from './use-answer.ts';

export interface FolderChooserProps {
  readonly id: string;
  /** Empty: the daemon's own folder. */
  readonly value: string;
  readonly onChange: (path: string) => void;
  /** What the daemon said about it, shown beside the field. */
  readonly problem?: string | undefined;
}

/** While a path is typed, half of it is no folder to ask for. */
const typingMs = 300;

export function FolderChooser({ id, value, onChange, problem }: FolderChooserProps) {
  const [isWalking, setIsWalking] = useState(false);
  const asked = useSteady(useDeferredValue(value.trim()), typingMs);
  const query = asked === '' ? '' : `?path=${encodeURIComponent(asked)}`;
  const { data, error } = useAnswer<FolderListing>(foldersPath + query);
  const isSteady = asked === value.trim();
  const noteId = `${id}-folder`;
  return (
    <div className="folder">
      <div className="folder-line">
        <input
          id={id}
          className="input"
          value={value}
          placeholder={asked === '' && data !== undefined ? untrustedText(data.path) : ''}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          aria-describedby={noteId}
          aria-invalid={problem !== undefined || undefined}
          onChange={(event) => onChange(event.target.value)}
        />
        <button
          type="button"
          className="button"
          aria-expanded={isWalking}
          onClick={() => setIsWalking(!isWalking)}
        >
          {isWalking ? 'Done' : 'Browse'}
        </button>
      </div>
      {problem !== undefined ? (
        <p className="field-problem" id={noteId} role="alert">
          {problem}
        </p>
      ) : (
        <p className="field-hint" id={noteId} aria-live="polite">
          {isSteady && error?.message}
          {isSteady && data !== undefined && `${formatBytes(data.freeBytes)} free`}
          {(!isSteady || (error === undefined && data === undefined)) && '\u00a0'}
        </p>
      )}
      {isWalking && <FolderWalk listing={isSteady ? data : undefined} onGo={onChange} />}
    </div>
  );
}
