/** The priority of files, chosen; where files differ it says so until one is chosen. */
import { type FilePriority, filePriorities } from '../../api/contract/torrents.ts';

export const priorityNames: Readonly<Record<FilePriority, string>> = {
  skip: 'Skip',
  low: 'Low',
  normal: 'Normal',
  high: 'High',
};

interface PrioritySelectProps {
  readonly value: FilePriority | undefined;
  readonly label: string;
  readonly onChange: (priority: FilePriority) => void;
  readonly isInside?: boolean;
  /** Shown while there is none. */
  readonly emptyName?: string;
}

export function PrioritySelect({
  value,
  label,
  onChange,
  isInside = false,
  emptyName = 'Mixed',
}: PrioritySelectProps) {
  return (
    <select
      className="priority"
      aria-label={label}
      value={value ?? ''}
      data-value={value}
      tabIndex={isInside ? -1 : 0}
      onChange={(event) => {
        const chosen = filePriorities.find((one) => one === event.target.value);
        if (chosen !== undefined) onChange(chosen);
      }}
    >
      {value === undefined && <option value="">{emptyName}</option>}
      {filePriorities.map((one) => (
        <option key={one} value={one}>
          {priorityNames[one]}
        </option>
      ))}
    </select>
  );
}
