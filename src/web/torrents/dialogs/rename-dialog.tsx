/** Gives a torrent's file or folder another name, here and on the disk. */
import { useState } from 'react';
import { useTorrent } from '../../live/live-context.tsx';
import { Field } from '../../parts/field.tsx';
import { usePage } from '../../shell/page-state.tsx';
import { useTorrentActions } from '../use-torrent-actions.ts';
import { FormDialog } from './form-dialog.tsx';
import { useSubmit } from './use-submit.ts';

export function RenameDialog({ hash }: { readonly hash: string }) {
  const page = usePage();
  const actions = useTorrentActions();
  const before = useTorrent(hash)?.name ?? '';
  const [name, setName] = useState(before);
  const submit = useSubmit(() => page.closeDialog(), ['name', 'path']);
  return (
    <FormDialog
      title="Rename"
      verb="Rename"
      submit={submit}
      canSubmit={name.trim() !== '' && name !== before}
      onSubmit={() => submit.send(() => actions.rename(hash, before, name))}
    >
      <Field
        label="Name"
        hint="Of the file or folder on the disk, too."
        problem={submit.problemOf('name') ?? submit.problemOf('path')}
      >
        {(control) => (
          <input
            {...control}
            className="input"
            value={name}
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
