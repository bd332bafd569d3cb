'use client';
import { MenuIcon } from 'lucide-react';
import { useRunsChanged } from '../_live/use-runs-changed.ts';
import { iconButtonClasses } from '../_ui/icon-button-classes.ts';
import { Menu, MenuLink } from '../_ui/menu.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { HelpKeys } from './help-keys.tsx';
import { NEW_RUN, PAGES } from './pages.ts';
import { PaletteButton } from './palette-button.tsx';
import { ThemeMenu } from './theme-menu.tsx';

/** What the top bar does but for its links: whether the page is live, commands, the pages in a menu where there is no room, the theme. */
export function OwnerControls() {
  useRunsChanged();
  return (
    <>
      <ConnectionBadge />
      <PaletteButton />
      <nav aria-label="Pages" className="lg:hidden">
        <Menu
          trigger={
            <button type="button" aria-label="Pages" className={iconButtonClasses}>
              <MenuIcon aria-hidden />
            </button>
          }
        >
          {[...PAGES, NEW_RUN].map(({ href, title }) => (
            <MenuLink key={href} href={href}>
              {title}
            </MenuLink>
          ))}
        </Menu>
      </nav>
      <ThemeMenu />
    </>
  );
}

/** The same for someone with a share link, or about to log in. */
export function GuestControls({ shareToken }: { shareToken: string | undefined }) {
  return (
    <>
      {shareToken && <ConnectionBadge shareToken={shareToken} />}
      {shareToken && <HelpKeys paletteKeys={null} />}
      <ThemeMenu />
    </>
  );
}
