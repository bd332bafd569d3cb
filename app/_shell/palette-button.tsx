'use client';
import { Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { useKeys } from '../_keys/use-keys.ts';
import { patiently } from '../_ui/ahead.ts';
import { buttonClasses } from '../_ui/button.tsx';
import { Kbd } from '../_ui/kbd.tsx';
import { HelpKeys } from './help-keys.tsx';
import { NEW_RUN, PAGES } from './pages.ts';

/** Its script comes with the first use. */
const CommandPalette = dynamic(
  patiently(() => import('./palette/command-palette.tsx').then((module) => module.CommandPalette)),
  { ssr: false, loading: () => null },
);

/** Opens the palette, as its keys do; they and those that go to a page work everywhere. In the browser only. */
export function PaletteButton() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
  const keys = [isMac ? '⌘' : 'Ctrl', 'K'];
  useKeys(
    Object.fromEntries([...PAGES, NEW_RUN].map(({ key, href }) => [`g ${key}`, () => router.push(href)])),
    { first: true },
  );
  usePaletteKeys(isMac, () => setOpen((before) => !before && !isDialogOpen()));
  return (
    <>
      <button
        type="button"
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
        title={`Commands (${keys.join(' ')})`}
        onClick={() => setOpen(true)}
        className={`${buttonClasses({ size: 'sm' })} px-1.5! font-normal text-muted`}
      >
        <Search aria-hidden className="size-4" />
        <span className="sr-only">Commands</span>
        <span className="flex gap-1 max-xl:hidden">
          {keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </span>
      </button>
      {open && (
        <CommandPalette
          onClose={(then) => {
            setOpen(false);
            // The focus goes back first: what is done next may take it.
            if (then) setTimeout(then);
          }}
        />
      )}
      <HelpKeys paletteKeys={keys} noSearch={() => setOpen(true)} />
    </>
  );
}

/** Nothing opens over a dialog. */
function isDialogOpen(): boolean {
  return document.querySelector('[data-modal]') !== null;
}

/** Also where somebody types. */
function usePaletteKeys(isMac: boolean, toggle: () => void): void {
  const latest = useRef(toggle);
  latest.current = toggle;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isHeld = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      if (!isHeld || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isMac]);
}
