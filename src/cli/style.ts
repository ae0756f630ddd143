/**
 * Colour, which carries meaning only twice: accent for progress, red for trouble. Whether there is
 * any is decided once per stream: `--color`, then NO_COLOR (no-color.org), then whether it is a terminal.
 */
export type ColorMode = 'auto' | 'always' | 'never';
export const colorModes: readonly ColorMode[] = ['auto', 'always', 'never'];

export interface Style {
  accent(text: string): string;
  red(text: string): string;
}

export interface StyleSurroundings {
  readonly isTerminal: boolean;
  /** The environment: NO_COLOR and TERM count. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const colored: Style = {
  accent: (text) => (text === '' ? '' : `\u001b[36m${text}\u001b[39m`),
  red: (text) => (text === '' ? '' : `\u001b[31m${text}\u001b[39m`),
};
const uncolored: Style = { accent: (text) => text, red: (text) => text };

export function styleFor(mode: ColorMode, { isTerminal, env }: StyleSurroundings): Style {
  if (mode === 'always') return colored;
  if (mode === 'never') return uncolored;
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return isTerminal && !refused ? colored : uncolored;
}
