/** Controls of the settings form, each tied to its name in the draft. */
import type { ReactNode } from 'react';
import { Check, Field } from '../parts/field.tsx';
import type { SettingName, SettingProblems, SettingsDraft } from './settings-draft.ts';
import type { SettingsForm } from './use-settings-form.ts';

export interface SettingFieldsProps {
  readonly draft: SettingsDraft;
  readonly problems: SettingProblems;
  readonly set: SettingsForm['set'];
}

/** Those that hold a text. */
type TextName = {
  [Name in SettingName]: SettingsDraft[Name] extends string ? Name : never;
}[SettingName];
type FlagName = {
  [Name in SettingName]: SettingsDraft[Name] extends boolean ? Name : never;
}[SettingName];

interface TextSettingProps extends SettingFieldsProps {
  readonly name: TextName;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly placeholder?: string;
  readonly type?: 'text' | 'time' | 'url';
}

export function TextSetting(props: TextSettingProps) {
  const { draft, problems, set, name, label, hint, placeholder, type = 'text' } = props;
  return (
    <Field label={label} hint={hint} problem={problems[name]}>
      {(control) => (
        <input
          {...control}
          className="input"
          type={type === 'url' ? 'text' : type}
          inputMode={type === 'url' ? 'url' : undefined}
          spellCheck={false}
          autoComplete="off"
          placeholder={placeholder}
          value={draft[name]}
          onChange={(event) => set(name, event.target.value)}
        />
      )}
    </Field>
  );
}

interface FlagSettingProps extends SettingFieldsProps {
  readonly name: FlagName;
  readonly label: string;
}

export function FlagSetting({ draft, set, name, label }: FlagSettingProps) {
  return <Check label={label} checked={draft[name]} onChange={(checked) => set(name, checked)} />;
}
