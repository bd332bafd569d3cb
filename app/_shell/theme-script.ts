/** What the reader chose; `system` follows the machine. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEMES)[number];

export const THEME_KEY = 'hiper-theme';

/** Runs before the first paint, so that the page never flashes in the wrong theme; follows the machine later on. */
export const THEME_SCRIPT = `(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    let choice = null;
    try { choice = localStorage.getItem('${THEME_KEY}'); } catch {}
    const theme = choice === 'light' || choice === 'dark' ? choice : dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme = theme;
  };
  apply();
  dark.addEventListener('change', apply);
  addEventListener('storage', apply);
})()`;
