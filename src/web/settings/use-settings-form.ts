/**
 * The settings form: what stands in it, what was said against it, and whether it is saved. Invariant:
 * only fields that were touched differ from what the daemon said last, and only they are sent.
 */
import { useState } from 'react';
import { type Settings, settingsPath } from '../../api/contract/torrents.ts';
import { ApiError, ask, problemOf } from '../api.ts';
import {
  changedNames,
  draftOf,
  type SettingName,
  type SettingProblems,
  type SettingsDraft,
  wishOf,
} from './settings-draft.ts';
import { useSettings } from './use-settings.ts';

export type SaveState = 'clean' | 'changed' | 'saving' | 'saved';

export interface SettingsForm {
  /** Undefined until the daemon has answered. */
  readonly settings: Settings | undefined;
  readonly draft: SettingsDraft | undefined;
  readonly state: SaveState;
  readonly problems: SettingProblems;
  /** About no field of the form. */
  readonly problem: string | undefined;
  readonly set: <Name extends SettingName>(name: Name, value: SettingsDraft[Name]) => void;
  readonly save: () => Promise<void>;
  readonly discard: () => void;
  readonly retry: () => void;
}

interface Trouble {
  readonly fields: SettingProblems;
  readonly other?: string | undefined;
}

export function useSettingsForm(): SettingsForm {
  const { data: settings, error, refresh, replace } = useSettings();
  const [edited, setEdited] = useState<Partial<SettingsDraft>>({});
  const [trouble, setTrouble] = useState<Trouble>({ fields: {} });
  const [step, setStep] = useState<'idle' | 'saving' | 'saved'>('idle');
  const known = settings === undefined ? undefined : draftOf(settings);
  const draft = known && { ...known, ...edited };
  const isChanged =
    draft !== undefined && known !== undefined && changedNames(draft, known).length > 0;

  const save = async (): Promise<void> => {
    if (draft === undefined || known === undefined) return;
    const { change, problems } = wishOf(draft, known);
    setTrouble({ fields: problems });
    if (Object.keys(problems).length > 0) return;
    setStep('saving');
    try {
      replace(await ask<Settings>(settingsPath, { method: 'PATCH', body: change }));
      setEdited({});
      setStep('saved');
    } catch (error) {
      setStep('idle');
      setTrouble(troubleOf(error, draft));
    }
  };
  return {
    settings,
    draft,
    state:
      step === 'saving' ? 'saving' : isChanged ? 'changed' : step === 'saved' ? 'saved' : 'clean',
    problems: trouble.fields,
    problem: trouble.other ?? (settings === undefined ? error?.message : undefined),
    set: (name, value) => {
      setEdited((before) => ({ ...before, [name]: value }));
      setTrouble(({ fields: { [name]: _, ...others } }) => ({ fields: others }));
      if (step === 'saved') setStep('idle');
    },
    save,
    discard: () => {
      setEdited({});
      setTrouble({ fields: {} });
    },
    retry: refresh,
  };
}

/** The daemon begins its sentence with the field's name, which the form has above the field. */
function troubleOf(error: unknown, draft: SettingsDraft): Trouble {
  const words = problemOf(error);
  const field = error instanceof ApiError ? error.field : undefined;
  const name = (Object.keys(draft) as SettingName[]).find(
    (one) => field === one || field?.startsWith(`${one}.`),
  );
  if (name === undefined) return { fields: {}, other: words };
  const said = words.startsWith(`${field} `)
    ? `This ${words.slice((field ?? '').length + 1)}`
    : words;
  return { fields: { [name]: /[.!?]$/.test(said) ? said : `${said}.` } };
}
