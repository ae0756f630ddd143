/**
 * Calling functions that run in a worker thread, so that slow synchronous work stops nobody else.
 * Invariant: every call is answered exactly once, also when the thread dies; the next call then starts
 * a new one. The thread does not keep the process alive while nobody waits for it.
 */
import type { MessagePort } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';
import { DecodeError } from '../../base/decode-error.ts';
import { type CatalogStoreCode, CatalogStoreError } from './catalog-store.ts';

/** The functions of a worker script, by name. */
export type Callable = Readonly<Record<string, (...args: never[]) => unknown>>;

interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly failure: {
        readonly kind: 'store' | 'decode' | 'other';
        readonly code: string;
        readonly message: string;
      };
    };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class WorkerCalls<F extends Callable> {
  readonly #start: () => Worker;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** `script` is a file beside the caller's, with its extension. */
  constructor(script: URL, workerData: unknown, maxHeapMiB: number) {
    this.#start = () =>
      new Worker(script, {
        workerData,
        // What the process was started with (`--eval` and its like) is not for a script of its own.
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: maxHeapMiB },
      });
  }

  /** Rejects with what the function threw; DecodeError and CatalogStoreError keep their codes. */
  call<M extends keyof F & string>(
    method: M,
    ...args: Parameters<F[M]>
  ): Promise<Awaited<ReturnType<F[M]>>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        resolve: (value) => resolve(value as Awaited<ReturnType<F[M]>>),
        reject,
      });
      this.#worker ??= this.#open();
      this.#worker.ref();
      this.#worker.postMessage({ id, method, args } satisfies Call);
    });
  }

  get pending(): number {
    return this.#waiting.size;
  }

  /** Ends the thread; calls that still wait reject. */
  async terminate(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#rejectAll('it was closed');
    await worker?.terminate();
  }

  #open(): Worker {
    const worker = this.#start();
    worker.on('message', (answer: Answer) => this.#onAnswer(worker, answer));
    const onEnd = (cause: string) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#rejectAll(cause);
    };
    worker.on('error', (error) => onEnd(String(error)));
    worker.on('exit', () => onEnd('it ended'));
    return worker;
  }

  #onAnswer(worker: Worker, answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) worker.unref();
    if ('value' in answer) waiting?.resolve(answer.value);
    else waiting?.reject(errorOf(answer.failure));
  }

  #rejectAll(cause: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      reject(
        new CatalogStoreError(
          'CATALOG_UNREACHABLE',
          `the catalog's worker thread stopped: ${cause}`,
        ),
      );
    }
  }
}

/** The worker's side: answers every call on `port` with what `functions` return. */
export function answerCalls(port: MessagePort, functions: Callable): void {
  port.on('message', ({ id, method, args }: Call) => {
    try {
      const run = functions[method] as (...args: readonly unknown[]) => unknown;
      port.postMessage({ id, value: run(...args) } satisfies Answer);
    } catch (error) {
      port.postMessage({ id, failure: failureOf(error) } satisfies Answer);
    }
  });
}

function failureOf(error: unknown): {
  kind: 'store' | 'decode' | 'other';
  code: string;
  message: string;
} {
  if (error instanceof CatalogStoreError) {
    return { kind: 'store', code: error.code, message: error.message };
  }
  if (error instanceof DecodeError) {
    return { kind: 'decode', code: error.code, message: error.message };
  }
  return {
    kind: 'other',
    code: '',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

function errorOf(failure: {
  kind: 'store' | 'decode' | 'other';
  code: string;
  message: string;
}): Error {
  if (failure.kind === 'store') {
    return new CatalogStoreError(failure.code as CatalogStoreCode, failure.message);
  }
  if (failure.kind === 'decode') return new DecodeError(failure.code, failure.message);
  return new Error(failure.message);
}
