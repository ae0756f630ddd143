/** What the daemon answers to a GET, asked again every so often while it is shown. */
import { useCallback, useEffect, useState } from 'react';
import { type ApiError, ask } from '../api.ts';

export interface Answer<T> {
  /** The last good one; undefined until there is one. */
  readonly data: T | undefined;
  /** Why the last time failed. */
  readonly error: ApiError | undefined;
  /** Asks at once. */
  readonly refresh: () => void;
  /** Shows this until the next answer, such as what a change was answered with. */
  readonly replace: (data: T) => void;
}

/** Without `everyMs` it is asked once; nothing is asked while nobody looks at the page. An undefined path asks nothing. */
export function useAnswer<T>(path: string | undefined, everyMs?: number): Answer<T> {
  const [state, setState] = useState<{ path?: string | undefined; data?: T; error?: ApiError }>({});
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks again, though its number is not read
  useEffect(() => {
    if (path === undefined) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = () => {
      if (document.hidden) {
        document.addEventListener('visibilitychange', next, { once: true, signal: abort.signal });
        return;
      }
      ask<T>(path, { signal: abort.signal }).then(
        (data) => {
          setState({ path, data });
          if (everyMs !== undefined) timer = setTimeout(next, everyMs);
        },
        (error: ApiError) => {
          if (abort.signal.aborted) return;
          setState((old) => (old.path === path ? { ...old, error } : { path, error }));
          if (everyMs !== undefined) timer = setTimeout(next, everyMs);
        },
      );
    };
    next();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs, round]);
  const refresh = useCallback(() => setRound((old) => old + 1), []);
  const replace = useCallback((data: T) => setState({ path, data }), [path]);
  const isCurrent = state.path === path;
  return {
    data: isCurrent ? state.data : undefined,
    error: isCurrent ? state.error : undefined,
    refresh,
    replace,
  };
}
