'use client';
import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { help } from '../_keys/help.ts';
import { useKeys } from '../_keys/use-keys.ts';
import { patiently } from '../_ui/ahead.ts';
import { focusSearch } from './focus-search.ts';

const ShortcutsDialog = dynamic(
  patiently(() => import('./palette/shortcuts-dialog.tsx').then((module) => module.ShortcutsDialog)),
  { ssr: false, loading: () => null },
);

/** Keys of every page: `/` searches it, else does what `noSearch` says; `?` lists all keys, as the rest of the app may ask for. */
export function HelpKeys({
  paletteKeys,
  noSearch,
}: {
  /** Null where there is no palette. */
  paletteKeys: readonly string[] | null;
  noSearch?: () => void;
}) {
  const [open, setOpen] = useState(false);
  useEffect(() => help.onAsk(() => setOpen(true)), []);
  useKeys({ '/': () => focusSearch() || noSearch?.(), '?': help.ask }, { first: true });
  return open && <ShortcutsDialog paletteKeys={paletteKeys} onClose={() => setOpen(false)} />;
}
