/** Asks before torrents are removed. Their data goes only on a second, explicit choice. */
import { useState } from 'react';
import { formatBytes } from '../../../base/amounts.ts';
import { useTorrents } from '../../live/live-context.tsx';
import { Dialog, DialogBody, DialogFoot } from '../../parts/dialog.tsx';
import { Check } from '../../parts/field.tsx';
import { Untrusted } from '../../parts/untrusted.tsx';
import { usePage } from '../../shell/page-state.tsx';
import { useTorrentActions } from '../use-torrent-actions.ts';

const mostNames = 5;

export function RemoveDialog({ hashes }: { readonly hashes: readonly string[] }) {
  const page = usePage();
  const actions = useTorrentActions();
  const torrents = useTorrents();
  const [withData, setWithData] = useState(false);
  const chosen = hashes.flatMap((hash) => torrents.get(hash) ?? []);
  const bytes = chosen.reduce((sum, { doneBytes }) => sum + doneBytes, 0);
  const what = hashes.length === 1 ? 'torrent' : `${hashes.length} torrents`;
  const remove = () => {
    page.closeDialog();
    if (hashes.includes(page.detail.get() ?? '')) page.detail.set(undefined);
    void actions.act(withData ? 'remove-with-data' : 'remove', hashes);
  };
  return (
    <Dialog
      title={hashes.length === 1 ? 'Remove this torrent?' : `Remove ${what}?`}
      size="narrow"
      onClose={() => page.closeDialog()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          remove();
        }}
      >
        <DialogBody>
          <ul className="name-list">
            {chosen.slice(0, mostNames).map(({ hash, name }) => (
              <li key={hash} className="cut">
                <Untrusted text={name} />
              </li>
            ))}
            {chosen.length > mostNames && (
              <li className="quiet">and {chosen.length - mostNames} more</li>
            )}
          </ul>
          <div className="field">
            <Check
              label={`Delete the downloaded data too (${formatBytes(bytes)})`}
              checked={withData}
              onChange={setWithData}
            />
            <p className="field-hint">
              {withData
                ? 'The files are deleted from the disk. This cannot be undone.'
                : 'The files stay on the disk.'}
            </p>
          </div>
        </DialogBody>
        <DialogFoot>
          <button type="button" className="button" onClick={() => page.closeDialog()}>
            Cancel
          </button>
          <button
            type="submit"
            data-first=""
            className={withData ? 'button primary danger' : 'button primary'}
          >
            {withData ? 'Remove and delete data' : 'Remove'}
          </button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
