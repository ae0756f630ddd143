/** The view `#/settings`: those of the daemon, which are saved together, and those of this browser. */
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { Problem } from '../parts/problem.tsx';
import { About } from './about.tsx';
import { BrowserSettings } from './browser-settings.tsx';
import { DownloadSettings, QueueSettings, TrackerSettings } from './daemon-settings.tsx';
import { FixedSettings } from './fixed-settings.tsx';
import './settings.css';
import { SpeedSettings } from './speed-settings.tsx';
import { type SettingsForm, useSettingsForm } from './use-settings-form.ts';

export function SettingsView() {
  const form = useSettingsForm();
  return (
    <div className="view settings">
      <div className="view-head">
        <h1>Settings</h1>
      </div>
      <DaemonSettings form={form} />
      <SettingsSection title="This browser">
        <BrowserSettings />
      </SettingsSection>
      {form.settings !== undefined && (
        <SettingsSection title="Set elsewhere">
          <FixedSettings fixed={form.settings.fixed} />
        </SettingsSection>
      )}
      <SettingsSection title="About">
        <About />
      </SettingsSection>
    </div>
  );
}

function DaemonSettings({ form }: { readonly form: SettingsForm }) {
  const element = useRef<HTMLFormElement>(null);
  const { settings, draft, problems, problem, save, retry } = form;
  const hasProblems = Object.keys(problems).length > 0;
  useEffect(() => {
    if (hasProblems) element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [hasProblems]);
  if (settings === undefined || draft === undefined) {
    return problem === undefined ? (
      <div className="shape settings-shape" />
    ) : (
      <Problem message={problem} onRetry={retry} />
    );
  }
  const fields = { draft, problems, set: form.set };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void save();
  };
  return (
    <form ref={element} noValidate onSubmit={submit}>
      <SettingsSection title="Downloads">
        <DownloadSettings {...fields} />
      </SettingsSection>
      <SettingsSection title="Speed">
        <SpeedSettings {...fields} />
      </SettingsSection>
      <SettingsSection title="Queue and seeding">
        <QueueSettings {...fields} />
      </SettingsSection>
      <SettingsSection title="Tracker">
        <TrackerSettings {...fields} />
      </SettingsSection>
      <SaveBar form={form} hasProblems={hasProblems} />
    </form>
  );
}

function SaveBar({ form, hasProblems }: { form: SettingsForm; hasProblems: boolean }) {
  const { state, problem, discard } = form;
  return (
    <div className="settings-save" data-state={state}>
      <button type="submit" className="button primary" disabled={state !== 'changed'}>
        Save
      </button>
      {state === 'changed' && (
        <button type="button" className="button" onClick={discard}>
          Discard
        </button>
      )}
      <span className={problem !== undefined || hasProblems ? 'trouble' : 'quiet'} role="status">
        {problem ?? (hasProblems ? 'Not saved. See the fields above.' : stateWords[state])}
      </span>
    </div>
  );
}

const stateWords = {
  clean: '',
  changed: 'Not saved yet.',
  saving: 'Saving…',
  saved: 'Saved.',
} as const;

function SettingsSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="section settings-section" aria-label={title}>
      <h2>{title}</h2>
      <div className="settings-fields">{children}</div>
    </section>
  );
}
