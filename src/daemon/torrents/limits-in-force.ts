/**
 * Which limits of the whole daemon apply now: the usual ones or the alternative ones, as settings and
 * clock say; the client is told when they change.
 * Invariant: by the clock the alternative limits are switched when a period begins or ends, and in between
 * as a person wants.
 */
import type { ClientFace } from '../client/client-contract.ts';
import type { DaemonSettings } from './daemon-settings.ts';
import { limitsOf } from './live-wishes.ts';
import { isScheduled, wallTimeOf } from './rate-schedule.ts';

type LimitedClient = Pick<ClientFace, 'setLimits'>;

export interface LimitsNow {
  readonly alternativeLimits: boolean;
  readonly downLimit?: number;
  readonly upLimit?: number;
}

export class LimitsInForce {
  readonly #client: LimitedClient;
  readonly #settings: DaemonSettings;
  readonly #clock: () => Date;
  /** Of the latest look; undefined while no schedule is set. */
  #scheduled: boolean | undefined;
  #told = '';

  constructor(client: LimitedClient, settings: DaemonSettings, clock = () => new Date()) {
    this.#client = client;
    this.#settings = settings;
    this.#clock = clock;
    settings.onChange((_, changed) => {
      const isOther = [...changed].some((key) => key.startsWith('alternative.schedule.'));
      if (isOther) this.#scheduled = undefined;
      this.look();
    });
    this.look();
  }

  get now(): LimitsNow {
    const { alternative, ...usual } = this.#settings.get();
    const { downLimit, upLimit } = alternative.enabled ? alternative : usual;
    return { alternativeLimits: alternative.enabled, ...limitsOf({ downLimit, upLimit }) };
  }

  /** At least once a minute. */
  look(): void {
    const { schedule } = this.#settings.get().alternative;
    const scheduled = schedule.enabled
      ? isScheduled(schedule, wallTimeOf(this.#clock()))
      : undefined;
    if (scheduled !== this.#scheduled) {
      this.#scheduled = scheduled;
      this.#settings.switchByClock(scheduled);
    }
    const { downLimit, upLimit } = this.now;
    const told = `${downLimit} ${upLimit}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#client.setLimits(limitsOf({ downLimit, upLimit }));
  }
}
