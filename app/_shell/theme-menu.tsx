'use client';
import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { iconButtonClasses } from '../_ui/icon-button-classes.ts';
import { Menu, MenuRadioGroup } from '../_ui/menu.tsx';
import { THEME_KEY, THEMES, type ThemeChoice } from './theme-script.ts';

function readChoice(): ThemeChoice {
  if (typeof window === 'undefined') return 'system';
  const stored = localStorage.getItem(THEME_KEY);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

const icons = { system: Monitor, light: Sun, dark: Moon };
const labels = { system: 'As the system', light: 'Light', dark: 'Dark' };

/** Light, dark, or as the machine. */
export function ThemeMenu() {
  const [choice, setChoice] = useState(readChoice);
  const choose = (next: ThemeChoice) => {
    localStorage.setItem(THEME_KEY, next);
    setChoice(next);
    const dark = next === 'dark' || (next === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  };
  return (
    <Menu
      trigger={
        <button type="button" aria-label="Theme" title="Theme" className={iconButtonClasses}>
          <Sun aria-hidden className="dark:hidden" />
          <Moon aria-hidden className="hidden dark:block" />
        </button>
      }
    >
      <MenuRadioGroup
        value={choice}
        onChange={choose}
        options={THEMES.map((theme) => {
          const Icon = icons[theme];
          return { value: theme, label: labels[theme], icon: <Icon aria-hidden /> };
        })}
      />
    </Menu>
  );
}
