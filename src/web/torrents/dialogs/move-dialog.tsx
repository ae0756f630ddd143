/** Moves torrents to another folder of the daemon's machine. */
import { useId, useState } from 'react';
import { useTorrents } from '../../live/live-context.tsx';
import { Check } from '../../parts/field.tsx';
import { FolderChooser } from '../../parts/folder-chooser.tsx';
import { usePage } from '../../shell/page-state.tsx';
import { useTorrentActions } from '../use-torrent-actions.ts';
import { FormDialog } from './form-dialog.tsx';
import { useSubmit } from './use-submit.ts';

export function MoveDialog({ hashes }: { readonly hashes: readonly string[] }) {
  const page = usePage();
  const actions = useTorrentActions();
  const id = useId();
  const torrents = useTorrents();
  const [dir, setDir] = useState(torrents.get(hashes[0] ?? '')?.dir ?? '');
  const [isOnlyLook, setOnlyLook] = useState(false);
  const submit = useSubmit(() => page.closeDialog(), ['dir']);
  return (
    <FormDialog
      title={hashes.length === 1 ? 'Move this torrent' : `Move ${hashes.length} torrents`}
      verb="Move"
      submit={submit}
      canSubmit={dir.trim() !== ''}
      onSubmit={() => submit.send(() => actions.moveAll(hashes, dir.trim(), !isOnlyLook))}
    >
      <div className="field">
        <label htmlFor={id}>To the folder</label>
        <FolderChooser id={id} value={dir} onChange={setDir} problem={submit.problemOf('dir')} />
      </div>
      <Check
        label="The files are there already; only look for them there"
        checked={isOnlyLook}
        onChange={setOnlyLook}
      />
    </FormDialog>
  );
}
