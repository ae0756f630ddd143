/** The token in the fragment of an address, as `shoal ui` prints it: `#token=TOKEN`, perhaps `#/share&token=TOKEN`. */

export interface FoundToken {
  readonly token: string;
  /** The fragment without it; empty when nothing else was there. */
  readonly rest: string;
}

export function tokenIn(fragment: string): FoundToken | undefined {
  const match = /[#&?]token=([^&]*)/.exec(fragment);
  if (match === null) return undefined;
  let token = match[1] as string;
  try {
    token = decodeURIComponent(token);
  } catch {
    // Not encoded; it is taken as it stands.
  }
  const rest = (fragment.slice(0, match.index) + fragment.slice(match.index + match[0].length))
    .replace(/^#?&?/, '#')
    .replace(/^#$/, '');
  return token === '' ? undefined : { token, rest };
}
