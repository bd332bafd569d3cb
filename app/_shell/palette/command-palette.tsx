'use client';
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { help } from '../../_keys/help.ts';
import { Button } from '../../_ui/button.tsx';
import { Kbd } from '../../_ui/kbd.tsx';
import { backdropClasses } from '../../_ui/modal-classes.ts';
import { NEW_RUN, PAGES } from '../pages.ts';
import { chooseTheme, THEME_TITLES } from '../theme-choice.ts';
import { THEMES } from '../theme-script.ts';
import { readPageActions } from './page-actions.ts';
import type { PaletteGroup, PaletteItem } from './palette-item.ts';
import { rankGroups } from './rank-groups.ts';
import { useFound } from './use-found.ts';

const PLACES = [...PAGES, NEW_RUN];

const GO_TO: PaletteGroup = {
  title: 'Go to',
  items: PLACES.map(({ href, title, key }) => ({ id: href, title, keys: ['g', key], does: href })),
};

const SETTINGS: PaletteGroup = {
  title: 'Settings',
  items: [
    ...THEMES.map((theme) => ({
      id: `theme ${theme}`,
      title: `Theme: ${THEME_TITLES[theme].toLowerCase()}`,
      also: 'colours mode',
      does: () => chooseTheme(theme),
    })),
    { id: 'help', title: 'Keyboard shortcuts', also: 'help keys', keys: ['?'], does: help.ask },
  ],
};

/** Goes anywhere and does anything by name: what the page offers, the pages, and everything on the server that has a name. */
export function CommandPalette({
  onClose,
}: {
  /** With what was chosen: to be done once the focus is back on the page. */
  onClose: (then?: () => void) => void;
}) {
  const router = useRouter();
  const [text, setText] = useState('');
  const [actions] = useState(() => readPageActions(PLACES.map(({ href }) => href)));
  const found = useFound(text);
  const shown = useMemo(() => {
    // What is found by name is not offered unasked.
    const byName = text.trim() === '' ? [] : found.groups;
    return rankGroups([{ title: 'On this page', items: actions }, GO_TO, ...byName, SETTINGS], text);
  }, [actions, found.groups, text]);
  const choose = ({ does }: PaletteItem) =>
    onClose(typeof does === 'string' ? () => router.push(does) : does);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClasses} />
        <Dialog.Popup
          aria-label="Commands"
          className="fixed top-[min(6rem,8dvh)] left-1/2 z-40 flex max-h-[min(36rem,84dvh)] w-[calc(100vw-2rem)] max-w-2xl -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line bg-raised shadow-popup outline-none"
        >
          <Autocomplete.Root
            open
            inline
            mode="none"
            autoHighlight="always"
            keepHighlight
            items={shown}
            itemToStringValue={({ title }: PaletteItem) => title}
            value={text}
            onValueChange={setText}
          >
            <div className="flex items-center gap-2.5 border-b border-line px-4">
              <Search aria-hidden className="size-4 shrink-0 text-muted" />
              <Autocomplete.Input
                aria-label="Find a command, page, run or report"
                placeholder="Find a command, page, run or report"
                className="h-12 min-w-0 flex-1 bg-transparent text-ink outline-none placeholder:text-muted any-pointer-coarse:text-[16px]"
              />
              <Dialog.Close className="rounded text-muted hover:text-ink">
                <span className="sr-only">Close</span>
                <X aria-hidden className="size-4 sm:hidden" />
                <span className="max-sm:hidden">
                  <Kbd>Esc</Kbd>
                </span>
              </Dialog.Close>
            </div>
            <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
              {shown.length === 0 && (
                <p className="px-4 py-6 text-muted">
                  {found.isLooking ? 'Looking …' : `Nothing is called “${text.trim()}”.`}
                </p>
              )}
              <Autocomplete.List className="py-1">
                {(group: PaletteGroup) => (
                  <Autocomplete.Group key={group.title} items={group.items}>
                    <Autocomplete.GroupLabel className="px-4 pt-2 pb-0.5 text-[0.86rem] text-muted">
                      {group.title}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(item: PaletteItem) => <Row key={item.id} item={item} onChoose={() => choose(item)} />}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </div>
            {found.problem !== null && (
              <p
                role="alert"
                className="flex items-center gap-3 border-t border-line px-4 py-2 text-[0.93rem] text-danger"
              >
                <span className="min-w-0 flex-1">Not all could be looked for. {found.problem}</span>
                <Button size="sm" onClick={found.retry}>
                  Try again
                </Button>
              </p>
            )}
            <Autocomplete.Status className="sr-only">
              {found.isLooking ? 'Looking' : `${shown.flatMap(({ items }) => items).length} found`}
            </Autocomplete.Status>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Row({ item, onChoose }: { item: PaletteItem; onChoose: () => void }) {
  return (
    <Autocomplete.Item
      value={item}
      onClick={onChoose}
      className="flex min-h-8 scroll-my-8 cursor-default flex-wrap items-center gap-x-3 px-4 py-1 outline-none select-none data-highlighted:bg-sunken"
    >
      <span className="min-w-0 truncate">{item.title}</span>
      {item.detail && <span className="min-w-0 truncate text-[0.86rem] text-muted">{item.detail}</span>}
      {item.keys && (
        <span className="ml-auto flex gap-1 max-sm:hidden">
          {item.keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </span>
      )}
    </Autocomplete.Item>
  );
}
