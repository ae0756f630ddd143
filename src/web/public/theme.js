// A classic script, because modules wait: no frame is drawn in the other colours. See shell/theme.ts.
try {
  const theme = localStorage.getItem('shoal-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {}
