/** A name or message of a stranger: text only, on one line, cut, and with a direction of its own. */
import { displayText } from '../../base/display-text.ts';

/** Enough for every honest name; what is longer is cut, whole it would only slow the page down. */
const maxCharacters = 300;

export function untrustedText(text: string, max = maxCharacters): string {
  return displayText(text, max);
}

interface UntrustedProps {
  readonly text: string;
  readonly max?: number;
  /** In place of a text of which nothing can be shown. */
  readonly none?: string;
}

export function Untrusted({ text, max = maxCharacters, none = '(no name)' }: UntrustedProps) {
  const shown = displayText(text, max);
  return <bdi>{shown === '' ? none : shown}</bdi>;
}
