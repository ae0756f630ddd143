/** Tiers of trackers as text: an address a line, tiers parted by empty lines. */

export function tiersIn(text: string): readonly (readonly string[])[] {
  return text
    .split(/\n\s*\n/)
    .map((tier) => tier.split(/\s+/).filter(Boolean))
    .filter((tier) => tier.length > 0);
}

export function tiersAsText(
  trackers: readonly { readonly url: string; readonly tier: number }[],
): string {
  const tiers = new Map<number, string[]>();
  for (const { url, tier } of trackers) tiers.set(tier, [...(tiers.get(tier) ?? []), url]);
  return [...tiers]
    .sort(([a], [b]) => a - b)
    .map(([, urls]) => urls.join('\n'))
    .join('\n\n');
}
