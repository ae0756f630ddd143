/** One step at a time, in the order asked. Invariant: a step that fails holds up none after it. */
export class StepQueue {
  readonly #onStep: () => void;
  #turn: Promise<void> = Promise.resolve();
  /** Asked for and not done. */
  #open = 0;

  /** `onStep` is called when a step is done. */
  constructor(onStep: () => void) {
    this.#onStep = onStep;
  }

  get isBusy(): boolean {
    return this.#open > 0;
  }

  /** Settles when it is done; never rejects. */
  add(work: () => Promise<void>, onFailure: (error: unknown) => void): Promise<void> {
    this.#open++;
    this.#turn = this.#turn
      .then(work)
      .catch(onFailure)
      .finally(() => {
        this.#open--;
        this.#onStep();
      });
    return this.#turn;
  }

  /** All steps asked so far are done. */
  settled(): Promise<void> {
    return this.#turn;
  }
}
