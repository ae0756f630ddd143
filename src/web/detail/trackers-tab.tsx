/** A torrent's trackers, tier by tier: how each does; and the list to be changed as text. */
import { useState } from 'react';
import {
  type TorrentTracker,
  type TrackerList,
  type TrackerTiers,
  torrentsPath,
} from '../../api/contract/torrents.ts';
import { formatDuration } from '../../base/amounts.ts';
import { ApiError, ask, problemOf } from '../api.ts';
import { Icon } from '../parts/icon.tsx';
import { Problem } from '../parts/problem.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { useTorrentActions } from '../torrents/use-torrent-actions.ts';
import { tiersAsText, tiersIn } from './tracker-tiers-text.ts';

const lookMs = 2000;
const stateWords: Readonly<Record<TorrentTracker['state'], string>> = {
  idle: 'Not asked yet',
  announcing: 'Asking',
  working: 'Works',
  failed: 'Failed',
};

export function TrackersTab({ hash }: { readonly hash: string }) {
  const path = `${torrentsPath}/${hash}/trackers`;
  const { data, error, refresh, replace } = useAnswer<TrackerList>(path, lookMs);
  const actions = useTorrentActions();
  const [isEditing, setEditing] = useState(false);
  if (data === undefined) {
    return error ? <Problem message={error.message} onRetry={refresh} /> : null;
  }
  if (isEditing) {
    return (
      <TrackersForm
        path={path}
        trackers={data.trackers}
        onDone={(list) => {
          if (list) replace(list);
          setEditing(false);
        }}
      />
    );
  }
  return (
    <>
      <div className="tab-bar">
        <button type="button" className="button small" onClick={() => setEditing(true)}>
          Edit trackers
        </button>
        <button
          type="button"
          className="button small"
          disabled={data.trackers.length === 0}
          onClick={() => void actions.act('reannounce', [hash]).then(refresh)}
        >
          <Icon name="retry" /> Ask again
        </button>
      </div>
      {data.trackers.length === 0 ? (
        <p className="tab-note">This torrent has no tracker; peers come from elsewhere.</p>
      ) : (
        <table className="grid trackers" aria-label="Trackers">
          <thead>
            <tr>
              <th className="number tier">Tier</th>
              <th>Address</th>
              <th className="status">Status</th>
              <th className="number few">Seeders</th>
              <th className="number few">Leechers</th>
              <th className="number few">Peers</th>
              <th className="number next">Next ask</th>
            </tr>
          </thead>
          <tbody>
            {data.trackers.map((tracker) => (
              <TrackerRow key={`${tracker.tier} ${tracker.url}`} tracker={tracker} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function TrackerRow({ tracker }: { readonly tracker: TorrentTracker }) {
  const { url, tier, state, message, seeders, leechers, peersReceived } = tracker;
  const next = tracker.nextAnnounceInSeconds;
  return (
    <tr>
      <td className="number quiet tier">{tier + 1}</td>
      <td className="address" title={url.slice(0, 500)}>
        <Untrusted text={url} />
      </td>
      <td className={state === 'failed' ? 'status trouble' : 'status'}>
        {stateWords[state]}
        {message !== '' && (
          <>
            {': '}
            <Untrusted text={message} />
          </>
        )}
      </td>
      <td className="number few">{seeders ?? ''}</td>
      <td className="number few">{leechers ?? ''}</td>
      <td className="number few">{peersReceived ?? ''}</td>
      <td className="number quiet next">
        {next !== undefined && next > 0 && formatDuration(Math.round(next))}
      </td>
    </tr>
  );
}

interface TrackersFormProps {
  readonly path: string;
  readonly trackers: readonly TorrentTracker[];
  /** With what the daemon has now; undefined when nothing was changed. */
  readonly onDone: (list: TrackerList | undefined) => void;
}

function TrackersForm({ path, trackers, onDone }: TrackersFormProps) {
  const [text, setText] = useState(() => tiersAsText(trackers));
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const body: TrackerTiers = { tiers: tiersIn(text) };
      onDone(await ask<TrackerList>(path, { method: 'PUT', body }));
    } catch (error) {
      const field = error instanceof ApiError ? error.field : undefined;
      setProblem(field === undefined ? problemOf(error) : whereIn(text, field, problemOf(error)));
      setBusy(false);
    }
  };
  return (
    <form
      className="trackers-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label htmlFor="tracker-tiers" className="field-hint">
        One address a line. An empty line begins the next tier, which is asked when the one before
        does not answer.
      </label>
      <textarea
        id="tracker-tiers"
        className="input mono"
        value={text}
        spellCheck={false}
        aria-invalid={problem !== undefined || undefined}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          onDone(undefined);
        }}
      />
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="tab-bar">
        <button type="submit" className="button small primary" disabled={isBusy}>
          Save
        </button>
        <button type="button" className="button small" onClick={() => onDone(undefined)}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** `tiers.0.2` is the third address of the first tier. */
function whereIn(text: string, field: string, message: string): string {
  const [, tier, place] = /^tiers\.(\d+)\.(\d+)$/.exec(field) ?? [];
  const url = tiersIn(text)[Number(tier)]?.[Number(place)];
  if (url === undefined) return message;
  const rule = message.startsWith(`${field} `)
    ? `a tracker ${message.slice(field.length + 1)}`
    : message;
  return `${url.slice(0, 100)}: ${rule}`;
}
