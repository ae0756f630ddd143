/**
 * HTML as values. Invariant: only what is written in a template of this program is markup; every text
 * put into one is escaped, unless it is itself `Html`. So a torrent's name cannot become an element,
 * whoever wrote it.
 */
import { displayText } from '../../base/display-text.ts';

export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Nothing is shown for undefined and false, so that parts can be left out in place. */
export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

/** For element content and for quoted attribute values. */
export function html(texts: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  let markup = texts[0]!;
  for (const [i, part] of parts.entries()) markup += markupOf(part) + texts[i + 1]!;
  return new Html(markup);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const maxNameCharacters = 300;

/**
 * A name from strangers on one line: no control or direction characters, of bounded length, and in
 * <bdi> so that a right-to-left name does not turn the line around.
 */
export function foreignName(name: string): Html {
  return html`<bdi>${shownName(name)}</bdi>`;
}

/** The same as text, for titles and attributes. */
export function shownName(name: string): string {
  return displayText(name.slice(0, 4 * maxNameCharacters), maxNameCharacters) || '(no name)';
}

function markupOf(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escapeHtml(String(part));
}
