/** The shares of this page, kept while views come and go. */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { showView } from '../router.ts';
import { fromDrop } from './chosen-files.ts';
import { sharePort } from './share-port.ts';
import { type ShareItem, ShareUploads } from './share-uploads.ts';

export interface Sharing {
  readonly uploads: ShareUploads;
  /** Shares what was dropped, and shows it. Has to be called while the drop is handled. */
  readonly drop: (data: DataTransfer) => void;
  /** What goes for what is shared next. */
  readonly isPrivate: boolean;
  readonly setPrivate: (isPrivate: boolean) => void;
}

const SharingContext = createContext<Sharing | undefined>(undefined);

export function SharingProvider({ children }: { readonly children: ReactNode }) {
  const [uploads] = useState(() => new ShareUploads(sharePort));
  const [isPrivate, setPrivate] = useState(false);
  useUnloadWarning(uploads);
  const drop = (data: DataTransfer): void => {
    const chosen = fromDrop(data);
    showView('share');
    void chosen.then((files) => uploads.shareFiles(files, { isPrivate }));
  };
  return (
    <SharingContext value={{ uploads, drop, isPrivate, setPrivate }}>{children}</SharingContext>
  );
}

export function useShare(): Sharing {
  const sharing = useContext(SharingContext);
  if (sharing === undefined) throw new Error('there is no SharingProvider around this');
  return sharing;
}

export function useShareItems(): readonly ShareItem[] {
  const { uploads } = useShare();
  return useSyncExternalStore(
    (onChange) => uploads.subscribe(onChange),
    () => uploads.items,
  );
}

/** What is being sent ends with the page. */
function useUnloadWarning(uploads: ShareUploads): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      const isSending = uploads.items.some(
        ({ phase }) => phase === 'waiting' || phase === 'sending',
      );
      if (isSending) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [uploads]);
}
