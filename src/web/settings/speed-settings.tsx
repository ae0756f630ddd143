/** Limits, and the alternative ones with the times at which they are in force. */
import { FlagSetting, type SettingFieldsProps, TextSetting } from './setting-fields.tsx';

/** As the daemon counts days; in the order of a week here. */
const days = [
  { day: 1, name: 'Mon' },
  { day: 2, name: 'Tue' },
  { day: 3, name: 'Wed' },
  { day: 4, name: 'Thu' },
  { day: 5, name: 'Fri' },
  { day: 6, name: 'Sat' },
  { day: 0, name: 'Sun' },
] as const;

export function SpeedSettings(fields: SettingFieldsProps) {
  const isScheduled = fields.draft['alternative.schedule.enabled'];
  return (
    <>
      <div className="row-of-fields">
        <TextSetting
          {...fields}
          name="downLimit"
          label="Download limit"
          placeholder="no limit"
          hint="Such as 2 MiB/s"
        />
        <TextSetting {...fields} name="upLimit" label="Upload limit" placeholder="no limit" />
        <TextSetting {...fields} name="maxPeers" label="Peers at once, in all" />
      </div>
      <FlagSetting {...fields} name="alternative.enabled" label="Use the alternative limits now" />
      <div className="row-of-fields">
        <TextSetting
          {...fields}
          name="alternative.downLimit"
          label="Alternative download limit"
          placeholder="no limit"
        />
        <TextSetting
          {...fields}
          name="alternative.upLimit"
          label="Alternative upload limit"
          placeholder="no limit"
        />
      </div>
      <FlagSetting
        {...fields}
        name="alternative.schedule.enabled"
        label="Use the alternative limits at certain times"
      />
      {isScheduled && (
        <div className="settings-schedule">
          <TextSetting {...fields} name="alternative.schedule.from" label="From" type="time" />
          <TextSetting {...fields} name="alternative.schedule.to" label="To" type="time" />
          <Days {...fields} />
        </div>
      )}
    </>
  );
}

function Days({ draft, problems, set }: SettingFieldsProps) {
  const name = 'alternative.schedule.days';
  const chosen = draft[name];
  const toggle = (day: number): void => {
    const others = chosen.filter((one) => one !== day);
    set(
      name,
      (others.length < chosen.length ? others : [...others, day]).toSorted((a, b) => a - b),
    );
  };
  return (
    <fieldset className="field settings-days">
      <legend>Beginning on</legend>
      <div>
        {days.map(({ day, name: short }) => (
          <label key={day}>
            <input
              type="checkbox"
              className="unseen"
              checked={chosen.includes(day)}
              onChange={() => toggle(day)}
            />
            <span>{short}</span>
          </label>
        ))}
      </div>
      {problems[name] !== undefined && (
        <p className="field-problem" role="alert">
          {problems[name]}
        </p>
      )}
    </fieldset>
  );
}
