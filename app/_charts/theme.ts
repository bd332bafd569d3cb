'use client';
import { useSyncExternalStore } from 'react';

export type ThemeName = 'light' | 'dark';

function currentTheme(): ThemeName {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** The theme on the page, for what CSS cannot colour by itself. */
export function useThemeName(): ThemeName {
  return useSyncExternalStore(
    (listener) => {
      const observer = new MutationObserver(listener);
      observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
      return () => observer.disconnect();
    },
    currentTheme,
    () => 'light',
  );
}

/** A colour a canvas understands: every `var(--name)` in it looked up on the page. */
export function resolveColor(color: string): string {
  if (!color.includes('var(')) return color;
  const style = getComputedStyle(document.documentElement);
  return color.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim());
}
