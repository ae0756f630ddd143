/** The detail of one torrent below the table; on a phone in place of it. Esc closes it. */
import { Tabs } from 'radix-ui';
import { type KeyboardEvent, useEffect } from 'react';
import { useTorrent } from '../live/live-context.tsx';
import { Icon } from '../parts/icon.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { useObservable } from '../parts/observable.ts';
import { Untrusted } from '../parts/untrusted.tsx';
import { useIsPhone } from '../parts/use-media.ts';
import { usePage } from '../shell/page-state.tsx';
import { MoreMenu } from '../torrents/torrent-bar.tsx';
import { useTorrentActions } from '../torrents/use-torrent-actions.ts';
import './detail.css';
import { DetailResizer } from './detail-resizer.tsx';
import { FilesTab } from './files-tab.tsx';
import { GeneralTab } from './general-tab.tsx';
import { LaterSpeedGraph } from './later-speed-graph.tsx';
import { PeersTab } from './peers-tab.tsx';
import { PiecesMap } from './pieces-map.tsx';
import { TrackersTab } from './trackers-tab.tsx';

const tabs = {
  general: 'General',
  files: 'Files',
  peers: 'Peers',
  trackers: 'Trackers',
  pieces: 'Pieces',
  speed: 'Speed',
} as const;
type Tab = keyof typeof tabs;

export function DetailPane({ hash }: { readonly hash: string }) {
  const page = usePage();
  const isPhone = useIsPhone();
  const height = useObservable(page.detailHeight);
  const tab = useObservable(page.detailTab) as Tab;
  const torrent = useTorrent(hash);
  const close = () => {
    page.detail.set(undefined);
    document.querySelector<HTMLElement>('[data-list]')?.focus();
  };
  const isGone = torrent === undefined;
  useEffect(() => {
    if (isGone) page.detail.set(undefined);
  }, [isGone, page]);
  if (torrent === undefined) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    close();
  };
  return (
    <>
      {!isPhone && <DetailResizer />}
      <section
        className="detail"
        aria-label="Detail"
        style={isPhone ? undefined : { height: `min(${height}px, 70%)` }}
        onKeyDown={onKeyDown}
      >
        <Tabs.Root
          className="detail-tabs"
          value={tab in tabs ? tab : 'general'}
          onValueChange={(value) => page.detailTab.set(value)}
        >
          <div className="detail-head">
            {isPhone && <IconButton icon="back" label="Back to the list" onClick={close} />}
            <h2 className="cut">
              <Untrusted text={torrent.name} />
            </h2>
            <Tabs.List className="tab-list" aria-label="Detail">
              {Object.entries(tabs).map(([value, text]) => (
                <Tabs.Trigger key={value} value={value} className="tab">
                  {text}
                </Tabs.Trigger>
              ))}
            </Tabs.List>
            {!isPhone && (
              <>
                <MoreMenu hashes={[hash]} />
                <IconButton
                  icon="close"
                  label="Close the detail"
                  shortcut="Esc"
                  className="small"
                  onClick={close}
                />
              </>
            )}
          </div>
          <Tabs.Content value="general" className="tab-body">
            <GeneralTab torrent={torrent} />
          </Tabs.Content>
          <Tabs.Content value="files" className="tab-body flush">
            <FilesTab torrent={torrent} />
          </Tabs.Content>
          <Tabs.Content value="peers" className="tab-body flush">
            <PeersTab hash={hash} />
          </Tabs.Content>
          <Tabs.Content value="trackers" className="tab-body flush">
            <TrackersTab hash={hash} />
          </Tabs.Content>
          <Tabs.Content value="pieces" className="tab-body">
            <PiecesMap hash={hash} />
          </Tabs.Content>
          <Tabs.Content value="speed" className="tab-body">
            <LaterSpeedGraph hash={hash} />
          </Tabs.Content>
        </Tabs.Root>
        {isPhone && <PhoneActions hash={hash} isStopped={torrent.state === 'stopped'} />}
      </section>
    </>
  );
}

function PhoneActions({ hash, isStopped }: { readonly hash: string; readonly isStopped: boolean }) {
  const page = usePage();
  const actions = useTorrentActions();
  return (
    <div className="phone-actions">
      <button type="button" className="button" onClick={() => void actions.toggle([hash])}>
        <Icon name={isStopped ? 'start' : 'stop'} /> {isStopped ? 'Start' : 'Stop'}
      </button>
      <button
        type="button"
        className="button"
        onClick={() => page.dialog.set({ kind: 'remove', hashes: [hash] })}
      >
        <Icon name="trash" /> Remove
      </button>
      <button
        type="button"
        className="button"
        onClick={() => page.dialog.set({ kind: 'actions', hashes: [hash] })}
      >
        <Icon name="more" /> More
      </button>
    </div>
  );
}
