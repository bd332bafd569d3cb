'use client';
import { LogOut, MenuIcon } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useRunsChanged } from '../_live/use-runs-changed.ts';
import { isShareToken } from '../_share/share-text.ts';
import { classes } from '../_ui/classes.ts';
import { IconButton, iconButtonClasses } from '../_ui/icon-button.tsx';
import { Menu, MenuLink } from '../_ui/menu.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { ThemeMenu } from './theme-menu.tsx';

const PAGES = [
  { href: '/runs', title: 'Runs' },
  { href: '/compare', title: 'Compare' },
  { href: '/leaderboard', title: 'Leaderboard' },
  { href: '/statistics', title: 'Statistics' },
  { href: '/shares', title: 'Shares' },
  { href: '/keys', title: 'Keys' },
  { href: '/system', title: 'System' },
];

/** The strip at the top of every page: where one can go, and whether the page is live. `loggedIn`: there is a session to end. */
export function TopBar({ loggedIn }: { loggedIn: boolean }) {
  const pathname = usePathname();
  const shareToken = /^\/s\/([^/]+)/.exec(pathname)?.[1];
  const isGuest = shareToken !== undefined || pathname === '/login';
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-surface">
      <div className="mx-auto flex h-12 max-w-[100rem] items-center gap-3 px-3 sm:px-5">
        {isGuest ? <GuestBar shareToken={shareToken} /> : <OwnerBar pathname={pathname} />}
        <ThemeMenu />
        {loggedIn && !isGuest && <LogOutButton />}
      </div>
    </header>
  );
}

function Brand() {
  return (
    <>
      <svg aria-hidden="true" viewBox="0 0 20 20" className="size-5">
        <rect x="1" y="3" width="7" height="3" rx="1.5" fill="var(--level-switch)" />
        <rect x="1" y="8.5" width="18" height="3" rx="1.5" fill="var(--level-high)" />
        <rect x="1" y="14" width="12" height="3" rx="1.5" fill="var(--level-low)" />
      </svg>
      HiPER Lab
    </>
  );
}

/** A plain form: logging out must not hang on a script. */
function LogOutButton() {
  return (
    <form method="post" action="/logout">
      <IconButton type="submit" label="Log out" icon={<LogOut aria-hidden />} />
    </form>
  );
}

/** No links: someone with a share link sees what was shared and nothing else. */
function GuestBar({ shareToken }: { shareToken: string | undefined }) {
  return (
    <>
      <span className="flex flex-1 items-center gap-2 font-semibold">
        <Brand />
        {shareToken && <span className="font-normal text-muted">shared view, read-only</span>}
      </span>
      {shareToken && isShareToken(shareToken) && <ConnectionBadge shareToken={shareToken} />}
    </>
  );
}

function OwnerBar({ pathname }: { pathname: string }) {
  useRunsChanged();
  const isCurrent = (href: string) =>
    pathname === href || pathname.startsWith(`${href}/`) || (href === '/runs' && pathname === '/');
  return (
    <>
      <Link href="/" className="flex items-center gap-2 rounded font-semibold whitespace-nowrap">
        <Brand />
      </Link>
      <nav aria-label="Pages" className="hidden flex-1 items-stretch gap-1 self-stretch pl-3 md:flex">
        {PAGES.map(({ href, title }) => (
          <Link
            key={href}
            href={href}
            aria-current={isCurrent(href) ? 'page' : undefined}
            className={classes(
              'flex items-center border-b-2 border-transparent px-2 pt-0.5 text-muted hover:text-ink',
              'aria-[current=page]:border-accent aria-[current=page]:text-ink',
            )}
          >
            {title}
          </Link>
        ))}
      </nav>
      <span className="flex-1 md:hidden" />
      <ConnectionBadge />
      <nav aria-label="Pages" className="md:hidden">
        <Menu
          trigger={
            <button type="button" aria-label="Pages" className={iconButtonClasses}>
              <MenuIcon aria-hidden />
            </button>
          }
        >
          {[...PAGES, { href: '/runs/new', title: 'New run' }].map(({ href, title }) => (
            <MenuLink key={href} href={href}>
              {title}
            </MenuLink>
          ))}
        </Menu>
      </nav>
    </>
  );
}
