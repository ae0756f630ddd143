/** Files may be dropped anywhere: .torrent files are got, everything else is shared. */
import { useEffect, useRef, useState } from 'react';
import { useShare } from '../share/share-context.tsx';
import { usePage } from './page-state.tsx';

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

export function DropZone() {
  const page = usePage();
  const share = useShare();
  const [isOver, setOver] = useState(false);
  const latest = useRef({ page, share });
  latest.current = { page, share };
  useEffect(() => {
    // Entering a child comes before leaving its parent, so entries are counted.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth--;
      if (depth <= 0) setOver(false);
    };
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      const files = [...event.dataTransfer.files];
      const isTorrents = files.length > 0 && files.every(({ name }) => /\.torrent$/i.test(name));
      if (isTorrents) latest.current.page.openGet(files);
      else latest.current.share.drop(event.dataTransfer);
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, []);
  if (!isOver) return null;
  return (
    <div className="drop-zone" aria-hidden="true">
      <p>
        <b>Drop to get or share</b>
        <span>.torrent files are added, everything else is shared.</span>
      </p>
    </div>
  );
}
