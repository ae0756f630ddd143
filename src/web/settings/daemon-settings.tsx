/** The daemon's settings of downloads, queue, seeding and tracker. */
import { useId } from 'react';
import { FolderChooser } from '../parts/folder-chooser.tsx';
import { FlagSetting, type SettingFieldsProps, TextSetting } from './setting-fields.tsx';

export function DownloadSettings(fields: SettingFieldsProps) {
  const id = useId();
  const { draft, problems, set } = fields;
  return (
    <>
      <div className="field">
        <label htmlFor={id}>Folder for downloads</label>
        <FolderChooser
          id={id}
          value={draft.dir}
          problem={problems.dir}
          onChange={(path) => set('dir', path)}
        />
      </div>
      <FlagSetting {...fields} name="startAdded" label="Start torrents when they are added" />
    </>
  );
}

export function QueueSettings(fields: SettingFieldsProps) {
  return (
    <>
      <div className="row-of-fields">
        <TextSetting
          {...fields}
          name="maxActiveDownloads"
          label="Downloads at once"
          placeholder="no limit"
        />
        <TextSetting
          {...fields}
          name="maxActiveSeeds"
          label="Seeding at once"
          placeholder="no limit"
        />
      </div>
      <div className="row-of-fields">
        <TextSetting
          {...fields}
          name="seedRatio"
          label="Stop seeding at ratio"
          placeholder="never"
        />
        <TextSetting
          {...fields}
          name="seedTimeSeconds"
          label="Stop seeding after"
          placeholder="never"
          hint="Such as 90 min or 2 d"
        />
      </div>
      <p className="field-hint">
        What is reached first stops a torrent. Each torrent may have goals of its own.
      </p>
    </>
  );
}

export function TrackerSettings(fields: SettingFieldsProps) {
  return (
    <TextSetting
      {...fields}
      name="tracker"
      type="url"
      label="Announce URL of the home tracker"
      placeholder="http://10.0.0.5:6969/announce"
      hint="What is shared is announced there and listed in its catalog, which the Catalog view shows. Empty for none."
    />
  );
}
