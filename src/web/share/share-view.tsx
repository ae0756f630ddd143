/** The view `#/share`: drop or choose what to share, and see what became of it. */
import { useRef } from 'react';
import { Check } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import { hrefOf } from '../router.ts';
import { fromInput } from './chosen-files.ts';
import './share.css';
import { useSettings } from '../settings/use-settings.ts';
import { ShareCard } from './share-card.tsx';
import { useShare, useShareItems } from './share-context.tsx';
import { SharePath } from './share-path.tsx';

export function ShareView() {
  const items = useShareItems();
  return (
    <div className="view share">
      <div className="view-head">
        <h1>Share</h1>
      </div>
      <ShareStart isSmall={items.length > 0} />
      {items.length > 0 && (
        <section className="section" aria-label="Shared from this page">
          <ul className="share-list">
            {items.map((item) => (
              <ShareCard key={item.key} item={item} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function ShareStart({ isSmall }: { readonly isSmall: boolean }) {
  const { uploads, isPrivate, setPrivate } = useShare();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement): void => {
    if (input.files !== null && input.files.length > 0) {
      void uploads.shareFiles(fromInput(input.files), { isPrivate });
    }
    input.value = '';
  };
  return (
    <section className="section share-start" data-small={isSmall || undefined}>
      <div className="share-drop">
        <Icon name="share" />
        <p>
          <b>Drop files or a folder anywhere on this page</b>
          <span className="quiet">They become one torrent, which this daemon seeds.</span>
        </p>
        <div className="share-choices">
          <button type="button" className="button primary" onClick={() => files.current?.click()}>
            Choose files
          </button>
          <button type="button" className="button" onClick={() => folder.current?.click()}>
            Choose a folder
          </button>
        </div>
        <input
          ref={files}
          type="file"
          multiple
          hidden
          aria-label="Files to share"
          onChange={(event) => take(event.target)}
        />
        <input
          ref={folder}
          type="file"
          multiple
          hidden
          aria-label="Folder to share"
          {...{ webkitdirectory: '' }}
          onChange={(event) => take(event.target)}
        />
      </div>
      <div className="share-wishes">
        <Check
          label="Private: not listed in the catalog, and only for peers that its tracker names"
          checked={isPrivate}
          onChange={setPrivate}
        />
        <WhereTo isPrivate={isPrivate} />
        <SharePath />
      </div>
    </section>
  );
}

function WhereTo({ isPrivate }: { readonly isPrivate: boolean }) {
  const { data } = useSettings();
  if (data === undefined) return <p className="quiet">&nbsp;</p>;
  if (data.tracker === null) {
    return (
      <p className="quiet">
        No tracker is set, so others need your address to find what you share.{' '}
        <a href={hrefOf('settings')}>Set one</a>
      </p>
    );
  }
  return (
    <p className="quiet">
      Announced to <Untrusted text={data.tracker} />
      {isPrivate ? '.' : ' and listed in its catalog.'}
    </p>
  );
}
