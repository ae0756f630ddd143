/** The words for priorities of files, as the engine's numbers and back. */
import { type FilePriority, filePriorities } from '../../api/contract/torrents.ts';
import { filePriority } from '../../engine/content-wants.ts';

/** One a file; files that are not named have the normal one. */
export function priorityNumbers(words: readonly FilePriority[], fileCount: number): Uint8Array {
  return Uint8Array.from({ length: fileCount }, (_, file) => filePriority[words[file] ?? 'normal']);
}

export function priorityWords(numbers: Uint8Array): FilePriority[] {
  return Array.from(numbers, priorityWord);
}

function priorityWord(number: number): FilePriority {
  return filePriorities.find((word) => filePriority[word] === number) ?? 'normal';
}
