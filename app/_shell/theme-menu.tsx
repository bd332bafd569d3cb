'use client';
import { Monitor, Moon, Sun } from 'lucide-react';
import { iconButtonClasses } from '../_ui/icon-button-classes.ts';
import { Menu, MenuRadioGroup } from '../_ui/menu.tsx';
import { chooseTheme, THEME_TITLES, useTheme } from './theme-choice.ts';
import { THEMES } from './theme-script.ts';

const icons = { system: Monitor, light: Sun, dark: Moon };

/** Light, dark, or as the machine. */
export function ThemeMenu() {
  const choice = useTheme();
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
        onChange={chooseTheme}
        options={THEMES.map((theme) => {
          const Icon = icons[theme];
          return { value: theme, label: THEME_TITLES[theme], icon: <Icon aria-hidden /> };
        })}
      />
    </Menu>
  );
}
