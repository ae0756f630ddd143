/** The dialog that gets torrents: links and .torrent files in one batch, with one set of options. */
import { useId, useRef, useState } from 'react';
import { useLive } from '../live/live-context.tsx';
import { Dialog, DialogBody, DialogFoot } from '../parts/dialog.tsx';
import { Check, Field } from '../parts/field.tsx';
import { FolderChooser } from '../parts/folder-chooser.tsx';
import { Icon } from '../parts/icon.tsx';
import { useObservable } from '../parts/observable.ts';
import { Problem } from '../parts/problem.tsx';
import { untrustedText } from '../parts/untrusted.tsx';
import { useIsPhone } from '../parts/use-media.ts';
import { usePage } from '../shell/page-state.tsx';
import { selectOne } from '../torrents/selection.ts';
import './get.css';
import { type GetOptions, type GetSource, type Refused, sendBatch } from './get-batch.ts';
import { isLink, linkName, linksIn } from './links.ts';
import { TorrentFileEntry } from './torrent-file-entry.tsx';

export function GetDialog() {
  const page = usePage();
  const live = useLive();
  const id = useId();
  const isPhone = useIsPhone();
  const picker = useRef<HTMLInputElement>(null);
  const { files, links } = useObservable(page.offered);
  const [skips, setSkips] = useState<ReadonlyMap<File, readonly number[]>>(new Map());
  const [unreadable, setUnreadable] = useState<ReadonlySet<File>>(new Set());
  const [options, setOptions] = useState<GetOptions>({
    dir: '',
    labels: '',
    isPaused: false,
    isSequential: false,
  });
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [isTried, setTried] = useState(false);
  const setLinks = (text: string) => page.offered.update((old) => ({ ...old, links: text }));
  const set = (part: Partial<GetOptions>) => setOptions((old) => ({ ...old, ...part }));
  const drop = (file: File) =>
    page.offered.update((old) => ({ ...old, files: old.files.filter((one) => one !== file) }));

  const wanted = linksIn(links);
  const strange = wanted.find((link) => !isLink(link));
  const readable = files.filter((file) => !unreadable.has(file));
  const sources: readonly GetSource[] = [
    ...wanted.map((link) => ({ kind: 'link', key: link, link }) as const),
    ...readable.map(
      (file) => ({ kind: 'file', key: keyOf(file), file, skip: skips.get(file) ?? [] }) as const,
    ),
  ];
  const problemOfKey = (key: string) =>
    refused.find((one) => one.key === key && one.field === undefined)?.message;
  const problemOfField = (field: string) => refused.find((one) => one.field === field)?.message;
  const linkProblem =
    isTried && strange !== undefined
      ? `${untrustedText(strange, 60)} is no magnet link, http(s) URL or info-hash.`
      : wanted
          .map((link) => [link, problemOfKey(link)] as const)
          .filter(([, message]) => message !== undefined)
          .map(([link, message]) => `${untrustedText(linkName(link), 60)}: ${message}`)
          .join(' ') || undefined;

  const send = async () => {
    setTried(true);
    if (strange !== undefined || sources.length === 0 || isBusy) return;
    setBusy(true);
    const failed = await sendBatch(sources, options, (key, torrent) => {
      live.take(torrent);
      // On a phone a selection means that boxes are being ticked.
      if (!isPhone) page.selection.set(selectOne(torrent.hash));
      page.offered.update((old) => ({
        files: old.files.filter((file) => keyOf(file) !== key),
        links: linksIn(old.links)
          .filter((link) => link !== key)
          .join('\n'),
      }));
    });
    setRefused(failed);
    setBusy(false);
    if (failed.length > 0) return;
    page.said.set(sources.length === 1 ? 'The torrent is added.' : 'The torrents are added.');
    if (unreadable.size === 0) page.closeDialog();
  };

  return (
    <Dialog title="Get torrents" onClose={() => page.closeDialog()}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <DialogBody>
          <Field
            label="Magnet links, addresses of .torrent files, or info-hashes"
            hint="One a line."
            problem={linkProblem}
          >
            {(control) => (
              <textarea
                {...control}
                className="input links"
                rows={2}
                value={links}
                spellCheck={false}
                autoCapitalize="off"
                placeholder="magnet:?xt=urn:btih:…"
                onChange={(event) => setLinks(event.target.value)}
              />
            )}
          </Field>
          <div className="get-files">
            <div className="get-files-head">
              <span className="field-label">.torrent files</span>
              <button
                type="button"
                className="button small"
                onClick={() => picker.current?.click()}
              >
                <Icon name="file" /> Choose…
              </button>
            </div>
            {files.length === 0 && <p className="field-hint">Or drop them anywhere on the page.</p>}
            <ul>
              {files.map((file) => (
                <TorrentFileEntry
                  key={keyOf(file)}
                  file={file}
                  isOpen={files.length === 1}
                  skip={skips.get(file) ?? []}
                  problem={problemOfKey(keyOf(file))}
                  onSkip={(skip) => setSkips((old) => new Map(old).set(file, skip))}
                  onUnreadable={() => setUnreadable((old) => new Set(old).add(file))}
                  onRemove={() => {
                    drop(file);
                    setUnreadable((old) => new Set([...old].filter((one) => one !== file)));
                  }}
                />
              ))}
            </ul>
            <input
              ref={picker}
              type="file"
              hidden
              multiple
              accept=".torrent,application/x-bittorrent"
              aria-label=".torrent files"
              onChange={(event) => {
                page.openGet([...(event.target.files ?? [])]);
                event.target.value = '';
              }}
            />
          </div>
          <div className="get-places">
            <div className="field">
              <label htmlFor={id}>Save to</label>
              <FolderChooser
                id={id}
                value={options.dir}
                onChange={(dir) => set({ dir })}
                problem={problemOfField('dir')}
              />
            </div>
            <Field label="Labels" hint="Separated by commas." problem={problemOfField('labels')}>
              {(control) => (
                <input
                  {...control}
                  className="input"
                  value={options.labels}
                  onChange={(event) => set({ labels: event.target.value })}
                />
              )}
            </Field>
          </div>
          {isTried && sources.length === 0 && files.length === 0 && (
            <Problem message="There is nothing to get yet. Paste a link or choose a .torrent file." />
          )}
        </DialogBody>
        <DialogFoot>
          <div className="spread get-checks">
            <Check
              label="Start at once"
              checked={!options.isPaused}
              onChange={(on) => set({ isPaused: !on })}
            />
            <Check
              label="Download in order"
              checked={options.isSequential}
              onChange={(isSequential) => set({ isSequential })}
            />
          </div>
          <button type="button" className="button" onClick={() => page.closeDialog()}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={isBusy}>
            {sources.length > 1 ? `Get ${sources.length} torrents` : 'Get'}
          </button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

function keyOf({ name, size, lastModified }: File): string {
  return `${name}/${size}/${lastModified}`;
}
