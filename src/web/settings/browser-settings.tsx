/** What holds for this browser only, and counts as soon as it is chosen. */
import { useState } from 'react';
import { Check } from '../parts/field.tsx';
import { useObservable } from '../parts/observable.ts';
import { Segments } from '../parts/segments.tsx';
import { usePage } from '../shell/page-state.tsx';
import { canNotify, isNotifying, setNotifying } from './completion-notes.ts';
import { canTakeMagnets, takeMagnets } from './magnet-handler.ts';

const themeChoices = [
  { value: 'auto', name: 'As the system' },
  { value: 'light', name: 'Light' },
  { value: 'dark', name: 'Dark' },
] as const;

export function BrowserSettings() {
  const { theme, isCompact } = usePage();
  return (
    <>
      <div className="settings-line">
        <span>Colours</span>
        <Segments
          label="Colours"
          value={useObservable(theme)}
          options={themeChoices}
          onChange={(chosen) => theme.set(chosen)}
        />
      </div>
      <Check
        label="Compact rows"
        checked={useObservable(isCompact)}
        onChange={(compact) => isCompact.set(compact)}
      />
      <Notes />
      <Magnets />
    </>
  );
}

function Notes() {
  const [isOn, setIsOn] = useState(isNotifying);
  const [isRefused, setIsRefused] = useState(false);
  const change = async (wanted: boolean): Promise<void> => {
    const is = await setNotifying(wanted);
    setIsOn(is);
    setIsRefused(wanted && !is);
  };
  return (
    <div>
      <Check
        label="Notify me when a download is complete"
        checked={isOn}
        disabled={!canNotify()}
        onChange={(wanted) => void change(wanted)}
      />
      {!canNotify() && <p className="field-hint">{secureWords}</p>}
      {isRefused && (
        <p className="field-problem" role="alert">
          The browser does not allow it. Allow notifications for this address in its settings.
        </p>
      )}
    </div>
  );
}

function Magnets() {
  const [isAsked, setIsAsked] = useState(false);
  return (
    <div>
      <button
        type="button"
        className="button"
        disabled={!canTakeMagnets()}
        onClick={() => setIsAsked(takeMagnets())}
      >
        Open magnet links here
      </button>
      <p className="field-hint" role="status">
        {!canTakeMagnets() && secureWords}
        {canTakeMagnets() &&
          (isAsked
            ? 'The browser asks whether to allow it; it may show that in the address bar.'
            : 'Links on other pages then open the Get dialog of this one.')}
      </p>
    </div>
  );
}

const secureWords = 'Browsers offer this only for pages on the same machine or over HTTPS.';
