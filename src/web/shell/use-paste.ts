/** Links and .torrent files that are pasted anywhere but into a field are got. */
import { useEffect } from 'react';
import { isLink, linksIn } from '../get/links.ts';
import { usePage } from './page-state.tsx';
import { isOverlaid, isTyping } from './use-global-keys.ts';

export function usePaste(): void {
  const page = usePage();
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const { clipboardData } = event;
      if (clipboardData === null || isTyping(event.target) || isOverlaid()) return;
      const files = [...clipboardData.files].filter(({ name }) => /\.torrent$/i.test(name));
      const links = linksIn(clipboardData.getData('text/plain')).filter(isLink);
      if (files.length === 0 && links.length === 0) return;
      event.preventDefault();
      page.openGet(files, links.join('\n'));
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, [page]);
}
