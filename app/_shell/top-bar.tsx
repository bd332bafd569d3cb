'use client';
import { LogOut } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { isShareToken } from '../_share/share-text.ts';
import { classes } from '../_ui/classes.ts';
import { iconButtonClasses } from '../_ui/icon-button-classes.ts';
import { later } from '../_ui/later.ts';
import { PAGES } from './pages.ts';

const controls = later(() => import('./bar-controls.tsx'));
const OwnerControls = dynamic(() => controls().then((module) => module.OwnerControls), {
  ssr: false,
  loading: () => <span aria-hidden className="h-7 w-43 lg:w-34 xl:w-48" />,
});
const GuestControls = dynamic(() => controls().then((module) => module.GuestControls), {
  ssr: false,
  loading: () => <span aria-hidden className="h-7 w-24" />,
});

/** The strip at the top of every page: where one can go, and whether the page is live. `loggedIn`: there is a session to end. */
export function TopBar({ loggedIn }: { loggedIn: boolean }) {
  const pathname = usePathname();
  const shareToken = /^\/s\/([^/]+)/.exec(pathname)?.[1];
  const isGuest = shareToken !== undefined || pathname === '/login';
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-surface">
      <div className="mx-auto flex h-12 max-w-[100rem] items-center gap-2 px-3 sm:gap-3 sm:px-5">
        {isGuest ? <GuestBar shareToken={shareToken} /> : <OwnerBar pathname={pathname} />}
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
      <button type="submit" aria-label="Log out" title="Log out" className={iconButtonClasses}>
        <LogOut aria-hidden />
      </button>
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
      <GuestControls shareToken={shareToken && isShareToken(shareToken) ? shareToken : undefined} />
    </>
  );
}

function OwnerBar({ pathname }: { pathname: string }) {
  const isCurrent = (href: string) =>
    pathname === href || pathname.startsWith(`${href}/`) || (href === '/runs' && pathname === '/');
  return (
    <>
      <Link href="/" className="flex items-center gap-2 rounded font-semibold whitespace-nowrap">
        <Brand />
      </Link>
      <nav aria-label="Pages" className="hidden flex-1 items-stretch gap-1 self-stretch pl-3 lg:flex">
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
      <span className="flex-1 lg:hidden" />
      <OwnerControls />
    </>
  );
}
