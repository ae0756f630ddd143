/** Light, dark, or as the system has it; kept in this browser. `public/theme.js` sets it before the first frame. */
import { Observable } from '../parts/observable.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'shoal-theme';

export function makeTheme(): Observable<Theme> {
  const shown = document.documentElement.dataset.theme;
  const theme = new Observable<Theme>(shown === 'light' || shown === 'dark' ? shown : 'auto');
  theme.subscribe(() => show(theme.get()));
  return theme;
}

function show(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'auto') delete dataset.theme;
  else dataset.theme = theme;
  try {
    if (theme === 'auto') localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {}
}
