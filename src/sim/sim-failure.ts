/** Something in a simulated swarm that must not be: a broken promise of the code under test. */
export class SimFailure extends Error {
  override readonly name = 'SimFailure';
}

export function ensure(condition: boolean, message: () => string): void {
  if (!condition) throw new SimFailure(message());
}
