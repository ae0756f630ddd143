/** How fast torrents may go, and until when they seed. */
import { useState } from 'react';
import type { TorrentChange, TorrentInfo } from '../../../api/contract/torrents.ts';
import { useTorrents } from '../../live/live-context.tsx';
import { numberIn, rateAsTyped, rateIn } from '../../parts/amount-text.ts';
import { Field } from '../../parts/field.tsx';
import { usePage } from '../../shell/page-state.tsx';
import { useTorrentActions } from '../use-torrent-actions.ts';
import { FormDialog } from './form-dialog.tsx';
import { useSubmit } from './use-submit.ts';

type Goal = number | 'unlimited' | undefined;
/** As the daemon has it, for ever, or until a number. */
type GoalKind = 'usual' | 'unlimited' | 'until';

const secondsPerHour = 3600;

function kindOf(goal: Goal): GoalKind {
  if (goal === undefined) return 'usual';
  return goal === 'unlimited' ? 'unlimited' : 'until';
}

function numberOf(goal: Goal, unit: number): string {
  return typeof goal === 'number' ? `${Number((goal / unit).toFixed(2))}` : '';
}

interface Wishes {
  readonly down: string;
  readonly up: string;
  readonly ratioKind: GoalKind;
  readonly ratio: string;
  readonly hoursKind: GoalKind;
  readonly hours: string;
}

function wishesOf(torrent: TorrentInfo | undefined): Wishes {
  return {
    down: rateAsTyped(torrent?.downLimit),
    up: rateAsTyped(torrent?.upLimit),
    ratioKind: kindOf(torrent?.seedRatio),
    ratio: numberOf(torrent?.seedRatio, 1),
    hoursKind: kindOf(torrent?.seedTimeSeconds),
    hours: numberOf(torrent?.seedTimeSeconds, secondsPerHour),
  };
}

/** Null: the daemon's own again. */
function goalOf(
  kind: GoalKind,
  text: string,
  unit: number,
): number | 'unlimited' | null | undefined {
  if (kind === 'usual') return null;
  if (kind === 'unlimited') return 'unlimited';
  const number = numberIn(text);
  return number === undefined ? undefined : number * unit;
}

/** What cannot be sent is undefined. */
function changeOf(wishes: Wishes) {
  const hours = goalOf(wishes.hoursKind, wishes.hours, secondsPerHour);
  return {
    downLimit: rateIn(wishes.down),
    upLimit: rateIn(wishes.up),
    seedRatio: goalOf(wishes.ratioKind, wishes.ratio, 1),
    seedTimeSeconds: typeof hours === 'number' ? Math.round(hours) : hours,
  };
}

const rateWords = 'Write a rate such as 2 MiB or 500 KiB, or nothing for no limit.';
const numberWords = 'Write a number such as 1.5.';

export function LimitsDialog({ hashes }: { readonly hashes: readonly string[] }) {
  const page = usePage();
  const actions = useTorrentActions();
  const first = useTorrents().get(hashes[0] ?? '');
  const [wishes, setWishes] = useState(() => wishesOf(first));
  const [isTried, setTried] = useState(false);
  const submit = useSubmit(
    () => page.closeDialog(),
    ['downLimit', 'upLimit', 'seedRatio', 'seedTimeSeconds'],
  );
  const change = changeOf(wishes);
  const set = (part: Partial<Wishes>) => setWishes((old) => ({ ...old, ...part }));
  const problem = (field: keyof typeof change, words: string) =>
    isTried && change[field] === undefined ? words : submit.problemOf(field);
  const save = () => {
    setTried(true);
    if (Object.values(change).includes(undefined)) return;
    submit.send(() => actions.changeAll(hashes, change as TorrentChange));
  };
  return (
    <FormDialog title="Limits and goals" verb="Save" submit={submit} onSubmit={save}>
      {hashes.length > 1 && <p className="quiet">For {hashes.length} torrents.</p>}
      <div className="row-of-fields">
        <Field
          label="Download at most"
          hint="KiB/s or MiB/s"
          problem={problem('downLimit', rateWords)}
        >
          {(control) => (
            <input
              {...control}
              className="input"
              value={wishes.down}
              placeholder="No limit"
              onChange={(event) => set({ down: event.target.value })}
            />
          )}
        </Field>
        <Field label="Upload at most" hint="KiB/s or MiB/s" problem={problem('upLimit', rateWords)}>
          {(control) => (
            <input
              {...control}
              className="input"
              value={wishes.up}
              placeholder="No limit"
              onChange={(event) => set({ up: event.target.value })}
            />
          )}
        </Field>
      </div>
      <GoalField
        label="Seed until the ratio is"
        unit="times its size"
        kind={wishes.ratioKind}
        value={wishes.ratio}
        problem={problem('seedRatio', numberWords)}
        onChange={(ratioKind, ratio) => set({ ratioKind, ratio })}
      />
      <GoalField
        label="Seed for"
        unit="hours"
        kind={wishes.hoursKind}
        value={wishes.hours}
        problem={problem('seedTimeSeconds', numberWords)}
        onChange={(hoursKind, hours) => set({ hoursKind, hours })}
      />
    </FormDialog>
  );
}

interface GoalFieldProps {
  readonly label: string;
  readonly unit: string;
  readonly kind: GoalKind;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (kind: GoalKind, value: string) => void;
}

function GoalField({ label, unit, kind, value, problem, onChange }: GoalFieldProps) {
  return (
    <Field label={label} problem={problem}>
      {(control) => (
        <div className="goal">
          <select
            id={control.id}
            className="input"
            value={kind}
            onChange={(event) => onChange(event.target.value as GoalKind, value)}
          >
            <option value="usual">As set for all</option>
            <option value="unlimited">No end</option>
            <option value="until">This much</option>
          </select>
          {kind === 'until' && (
            <>
              <input
                className="input"
                aria-label={`${label}, ${unit}`}
                aria-describedby={control['aria-describedby']}
                aria-invalid={control['aria-invalid']}
                inputMode="decimal"
                value={value}
                onChange={(event) => onChange(kind, event.target.value)}
              />
              <span className="quiet">{unit}</span>
            </>
          )}
        </div>
      )}
    </Field>
  );
}
