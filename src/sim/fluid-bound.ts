/**
 * The least time in which a file can reach everybody, if data flowed like water: the seeds must send it
 * once, the slowest peer must receive it, and all uplinks together must carry every copy.
 * R. Kumar and K. Ross, "Peer-Assisted File Distribution: The Minimum Distribution Time", 2006.
 */

export interface FluidBoundInput {
  readonly fileBytes: number;
  /** Of all seeds together. */
  readonly seedUpBytesPerSecond: number;
  /** Per leecher. */
  readonly leecherUpBytesPerSecond: readonly number[];
  readonly leecherDownBytesPerSecond: readonly number[];
}

export function fluidBoundMs(input: FluidBoundInput): number {
  const { fileBytes, seedUpBytesPerSecond, leecherUpBytesPerSecond } = input;
  const copies = leecherUpBytesPerSecond.length;
  let slowest = Number.POSITIVE_INFINITY;
  let together = seedUpBytesPerSecond;
  for (const rate of input.leecherDownBytesPerSecond) slowest = Math.min(slowest, rate);
  for (const rate of leecherUpBytesPerSecond) together += rate;
  const seconds = Math.max(
    fileBytes / seedUpBytesPerSecond,
    fileBytes / slowest,
    (copies * fileBytes) / together,
  );
  return seconds * 1000;
}
