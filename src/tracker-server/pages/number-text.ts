/** Numbers as the pages write them. */

/** `1,234,567`. */
export function countText(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Events a second: one decimal while it tells something. */
export function rateText(perSecond: number): string {
  return perSecond < 9.95 ? perSecond.toFixed(1) : countText(perSecond);
}

/** `1 torrent`, `2,500 torrents`. */
export function amountText(count: number, noun: string, plural = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}
