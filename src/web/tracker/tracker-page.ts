/** Where a person finds the pages of a tracker, told from its announce URL: at the root of the same server. */
export function pageOf(announceUrl: string | undefined): string | undefined {
  const match = /^(https?|udp):\/\/([^/?#@\s]+)/i.exec(announceUrl ?? '');
  if (match === null) return undefined;
  const scheme = match[1]?.toLowerCase() === 'https' ? 'https' : 'http';
  return `${scheme}://${match[2]}/`;
}
