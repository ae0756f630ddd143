/** Whether a media query holds, kept up to date. */
import { useMemo, useSyncExternalStore } from 'react';

export function useMedia(query: string): boolean {
  const list = useMemo(() => matchMedia(query), [query]);
  return useSyncExternalStore(
    (listener) => {
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => list.matches,
  );
}

/** As narrow as the style sheets take for a phone. */
export function useIsPhone(): boolean {
  return useMedia('(max-width: 720px)');
}

/** The largest of the ascending `steps` that the window is as wide as, in pixels. */
export function useWindowStep(steps: readonly number[]): number {
  return useSyncExternalStore(
    (listener) => {
      addEventListener('resize', listener);
      return () => removeEventListener('resize', listener);
    },
    () => steps.findLast((step) => innerWidth >= step) ?? 0,
  );
}
