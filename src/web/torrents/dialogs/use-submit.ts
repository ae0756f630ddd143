/** Sending a dialog: one at a time, closed when it worked, and what was refused beside its field. */
import { useState } from 'react';
import { ApiError, problemOf } from '../../api.ts';

export interface Submit {
  readonly isBusy: boolean;
  /** Of no field. */
  readonly problem: string | undefined;
  /** Of the field of that name in what was sent. */
  readonly problemOf: (field: string) => string | undefined;
  readonly send: (work: () => Promise<void>) => void;
}

interface Failure {
  readonly message: string;
  readonly field: string | undefined;
}

/** `fields`: those that show a problem of their own. */
export function useSubmit(onDone: () => void, fields: readonly string[]): Submit {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const send = async (work: () => Promise<void>): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
      onDone();
    } catch (error) {
      const field = error instanceof ApiError ? error.field?.split('.')[0] : undefined;
      setFailure({ message: problemOf(error), field });
      setBusy(false);
    }
  };
  const isOwn = failure?.field !== undefined && fields.includes(failure.field);
  return {
    isBusy,
    problem: isOwn ? undefined : failure?.message,
    problemOf: (field) => (failure?.field === field ? failure.message : undefined),
    send: (work) => void send(work),
  };
}
