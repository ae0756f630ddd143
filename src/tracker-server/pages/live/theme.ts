/**
 * Light or dark: the system's choice, or the reader's, kept in this browser. Runs before the page is
 * drawn, so that no frame has the other colours; a classic script, because modules wait.
 */
(() => {
  const key = 'shoal-theme';
  const root = document.documentElement;
  const systemTheme = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

  function kept(): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      // Storage may be forbidden; then the choice holds for this page only.
      return null;
    }
  }

  function keep(theme: string | undefined): void {
    try {
      if (theme === undefined) localStorage.removeItem(key);
      else localStorage.setItem(key, theme);
    } catch {}
  }

  function show(theme: string | null): void {
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  show(kept());
  addEventListener('storage', (event) => {
    if (event.key === key) show(event.newValue);
  });
  document.addEventListener('DOMContentLoaded', () => {
    const button = document.getElementById('theme');
    if (button === null) return;
    button.hidden = false;
    button.addEventListener('click', () => {
      const next = (root.dataset.theme ?? systemTheme()) === 'dark' ? 'light' : 'dark';
      // Back at the system's own choice, the page follows the system again.
      const isSystems = next === systemTheme();
      keep(isSystems ? undefined : next);
      show(isSystems ? null : next);
    });
  });
})();
