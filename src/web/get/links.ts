/** Links as they are pasted: one a line, or several with blanks between them. */

/** Each once, in the order they came. */
export function linksIn(text: string): readonly string[] {
  return [...new Set(text.split(/\s+/).filter(Boolean))];
}

/** As the daemon takes them: a magnet link, an http(s) URL, or an info-hash in hex or base32. */
export function isLink(text: string): boolean {
  return /^(?:magnet:\?\S+|https?:\/\/[^/\s]\S*|[0-9a-f]{40}|[a-z2-7]{32}|1220[0-9a-f]{64}|[0-9a-f]{64})$/i.test(
    text,
  );
}

/** The name that a magnet link brings; else the link, cut by who shows it. */
export function linkName(link: string): string {
  const name = /[?&]dn=([^&]*)/.exec(link)?.[1];
  if (name === undefined || !link.startsWith('magnet:')) return link;
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')) || link;
  } catch {
    return link;
  }
}

/** The files that are not wanted, as `0,3-5`. */
export function skipRanges(indexes: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join();
}
