/** Files as a tree with sizes and tri-state boxes: of a torrent here, or of one that is being added. */
import type { FilePriority } from '../../api/contract/torrents.ts';

export interface TreeFile {
  /** As the API numbers it. */
  readonly index: number;
  /** Steps joined by `/`; untrusted text. */
  readonly path: string;
  readonly lengthBytes: number;
  /** Absent for what is being added. */
  readonly doneBytes?: number;
  readonly priority: FilePriority;
}

export interface FileTreeProps {
  readonly files: readonly TreeFile[];
  /** A name for screen readers. */
  readonly label: string;
  /** With what the priority of these files is to be; indexes ascend. */
  readonly onPriority: (indexes: readonly number[], priority: FilePriority) => void;
  /** Only want or skip; without the four priorities. */
  readonly isSimple?: boolean;
}

export function FileTree(_props: FileTreeProps) {
  return null;
}
