/** Labels and category of torrents. Of several, only what is changed here is changed. */
import { useId, useState } from 'react';
import type { TorrentChange } from '../../../api/contract/torrents.ts';
import { useTorrents } from '../../live/live-context.tsx';
import { Field } from '../../parts/field.tsx';
import { usePage } from '../../shell/page-state.tsx';
import { labelsIn } from '../labels.ts';
import { useTorrentActions } from '../use-torrent-actions.ts';
import { FormDialog } from './form-dialog.tsx';
import { useSubmit } from './use-submit.ts';

/** The text that all share; empty when they differ. */
function shared(texts: readonly string[]): string {
  const [first = ''] = texts;
  return texts.every((text) => text === first) ? first : '';
}

export function LabelsDialog({ hashes }: { readonly hashes: readonly string[] }) {
  const page = usePage();
  const actions = useTorrentActions();
  const torrents = useTorrents();
  const listId = useId();
  const chosen = hashes.flatMap((hash) => torrents.get(hash) ?? []);
  const before = shared(chosen.map(({ labels }) => labels.join(', ')));
  const categoryBefore = shared(chosen.map(({ category }) => category ?? ''));
  const [labels, setLabels] = useState(before);
  const [category, setCategory] = useState(categoryBefore);
  const submit = useSubmit(() => page.closeDialog(), ['labels', 'category']);
  const categories = new Set([...torrents.values()].flatMap((one) => one.category ?? []));
  const known = new Set([...torrents.values()].flatMap((one) => one.labels));
  const unused = [...known].filter((one) => !labelsIn(labels).includes(one)).slice(0, 20);
  const save = () => {
    const change: TorrentChange = {
      ...(labels !== before && { labels: labelsIn(labels) }),
      ...(category !== categoryBefore && { category: category.trim() || null }),
    };
    submit.send(() => actions.changeAll(hashes, change));
  };
  return (
    <FormDialog title="Labels and category" verb="Save" submit={submit} onSubmit={save}>
      <Field label="Labels" hint="Separated by commas." problem={submit.problemOf('labels')}>
        {(control) => (
          <input
            {...control}
            className="input"
            value={labels}
            onChange={(event) => setLabels(event.target.value)}
          />
        )}
      </Field>
      {unused.length > 0 && (
        <div className="chips">
          {unused.map((one) => (
            <button
              key={one}
              type="button"
              className="button small"
              onClick={() => setLabels([...labelsIn(labels), one].join(', '))}
            >
              + <bdi>{one}</bdi>
            </button>
          ))}
        </div>
      )}
      <Field label="Category" hint="Empty for none." problem={submit.problemOf('category')}>
        {(control) => (
          <input
            {...control}
            className="input"
            list={listId}
            value={category}
            onChange={(event) => setCategory(event.target.value)}
          />
        )}
      </Field>
      <datalist id={listId}>
        {[...categories].map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </FormDialog>
  );
}
