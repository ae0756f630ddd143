/** Shares what is on the daemon's machine already, by its path. */
import { type FormEvent, useId, useState } from 'react';
import { problemOf } from '../api.ts';
import { FolderChooser } from '../parts/folder-chooser.tsx';
import { useShare } from './share-context.tsx';

export function SharePath() {
  const { uploads, isPrivate } = useShare();
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [path, setPath] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  if (!isOpen) {
    return (
      <p>
        <button type="button" className="link-button" onClick={() => setIsOpen(true)}>
          Share what is already on the daemon's machine
        </button>
      </p>
    );
  }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsAsking(true);
    setProblem(undefined);
    try {
      await uploads.sharePath(path.trim(), { isPrivate });
      setPath('');
      setIsOpen(false);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setIsAsking(false);
    }
  };
  return (
    <form className="share-path" onSubmit={submit}>
      <label className="field-label" htmlFor={id}>
        File or folder on the daemon's machine; it is seeded from where it is
      </label>
      <FolderChooser id={id} value={path} problem={problem} onChange={setPath} />
      <div className="share-choices">
        <button type="submit" className="button primary" disabled={isAsking || path.trim() === ''}>
          Share this
        </button>
        <button type="button" className="button" onClick={() => setIsOpen(false)}>
          Cancel
        </button>
      </div>
    </form>
  );
}
