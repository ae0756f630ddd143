/** How fast a growing total grows, over the last second or so. */

const windowMs = 1000;

export class Pace {
  /** From old to new; the first is the one the rate is measured from. */
  readonly #samples: { readonly atMs: number; readonly totalBytes: number }[] = [];

  /** Takes the total as of now; returns bytes per second. */
  measure(totalBytes: number, nowMs: number): number {
    const samples = this.#samples;
    if (totalBytes !== samples.at(-1)?.totalBytes) samples.push({ atMs: nowMs, totalBytes });
    while (samples.length > 2 && nowMs - samples[1]!.atMs >= windowMs) samples.shift();
    const first = samples[0]!;
    return nowMs > first.atMs ? ((totalBytes - first.totalBytes) * 1000) / (nowMs - first.atMs) : 0;
  }
}
