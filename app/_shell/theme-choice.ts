'use client';
import { useSyncExternalStore } from 'react';
import { THEME_KEY, THEMES, type ThemeChoice } from './theme-script.ts';

export const THEME_TITLES: Record<ThemeChoice, string> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
};

/** Keeps the choice; the script at the top of the page does as it says. */
export function chooseTheme(next: ThemeChoice): void {
  localStorage.setItem(THEME_KEY, next);
  // Other tabs hear it from the browser.
  dispatchEvent(new Event('storage'));
}

function readTheme(): ThemeChoice {
  const stored = localStorage.getItem(THEME_KEY);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

function subscribe(changed: () => void): () => void {
  addEventListener('storage', changed);
  return () => removeEventListener('storage', changed);
}

/** What the reader chose, in this tab or another. */
export function useTheme(): ThemeChoice {
  return useSyncExternalStore(subscribe, readTheme, () => 'system');
}
