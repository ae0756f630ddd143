/**
 * The colours of the tokens for what is drawn on a canvas, which knows no custom properties: read from
 * elements that have them, and read again when the page changes between dark and light.
 */
import { useEffect, useState } from 'react';

export type Inks<Name extends string> = Readonly<Record<Name, string>>;

/** `names` are custom properties without their dashes; give the same array each time. */
export function useInks<Name extends string>(names: readonly Name[]): Inks<Name> {
  const [inks, setInks] = useState(() => readInks(names));
  useEffect(() => {
    const read = (): void => setInks(readInks(names));
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const chosen = new MutationObserver(read);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    scheme.addEventListener('change', read);
    read();
    return () => {
      chosen.disconnect();
      scheme.removeEventListener('change', read);
    };
  }, [names]);
  return inks;
}

function readInks<Name extends string>(names: readonly Name[]): Inks<Name> {
  const probe = document.createElement('span');
  document.body.append(probe);
  const inks = {} as Record<Name, string>;
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    inks[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return inks;
}
