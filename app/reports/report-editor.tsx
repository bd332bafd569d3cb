'use client';
import { ChartLine, Type } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { flushSync } from 'react-dom';
import {
  LONGEST_TITLE,
  MOST_BLOCKS,
  type ReportBlock,
  type ReportContent,
  UNTITLED,
} from '../../server/contract/report.ts';
import { Button } from '../_ui/button.tsx';
import { Input } from '../_ui/input.tsx';
import { Kbd } from '../_ui/kbd.tsx';
import type { FigureSource } from './_figures/figure-source.ts';
import { BlockEditor } from './block-editor.tsx';
import { insertBlock, moveBlock, newFigure, newText } from './block-list.ts';
import { FigureDialog } from './figure-dialog.tsx';

/** The report while it is written. */
export function ReportEditor({
  content,
  source,
  onChange,
  onSave,
}: {
  content: ReportContent;
  source: FigureSource;
  onChange: (update: (content: ReportContent) => ReportContent) => void;
  /** Now, without waiting for a pause. */
  onSave: () => void;
}) {
  const [isAdding, setIsAdding] = useState(false);
  const { title, blocks } = content;
  const setBlocks = (update: (blocks: ReportBlock[]) => ReportBlock[]) =>
    onChange((before) => ({ ...before, blocks: update(before.blocks) }));
  const isFull = blocks.length >= MOST_BLOCKS;
  const addText = (after: string | null) => {
    if (isFull) return;
    const added = newText();
    flushSync(() => setBlocks((before) => insertBlock(before, added, after)));
    document.querySelector<HTMLElement>(`[data-block-text="${added.id}"]`)?.focus();
  };
  const move = (id: string, by: -1 | 1) => {
    const focused = document.activeElement;
    flushSync(() => setBlocks((before) => moveBlock(before, id, by)));
    // A node that was moved loses the focus.
    if (focused instanceof HTMLElement && focused.isConnected) focused.focus();
    document.querySelector(`[data-block="${id}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const saveByKey = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSave();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that are pressed in its fields
    <div onKeyDown={saveByKey} className="flex flex-col gap-4">
      <Input
        aria-label="Title of the report"
        placeholder={UNTITLED}
        maxLength={LONGEST_TITLE}
        value={title}
        onChange={({ target }) => onChange((before) => ({ ...before, title: target.value }))}
        className="max-w-2xl text-lg font-semibold"
      />
      {blocks.map((block, place) => (
        <BlockEditor
          key={block.id}
          block={block}
          place={place}
          count={blocks.length}
          source={source}
          actions={{
            change: (changed) =>
              setBlocks((before) => before.map((other) => (other.id === changed.id ? changed : other))),
            move,
            insertText: addText,
            remove: (id) => setBlocks((before) => before.filter((other) => other.id !== id)),
          }}
        />
      ))}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          icon={<Type aria-hidden className="size-4" />}
          disabled={isFull}
          onClick={() => addText(null)}
        >
          Add text
        </Button>
        <Button
          icon={<ChartLine aria-hidden className="size-4" />}
          disabled={isFull}
          onClick={() => setIsAdding(true)}
        >
          Add figure
        </Button>
        <span className="text-[0.93rem] text-muted">
          {isFull ? (
            `A report has at most ${MOST_BLOCKS} parts: write a second one.`
          ) : (
            <>
              <Kbd>Alt</Kbd> <Kbd>↑</Kbd> <Kbd>↓</Kbd> move the part you are in, <Kbd>Ctrl</Kbd> <Kbd>S</Kbd>{' '}
              saves at once.
            </>
          )}
        </span>
      </div>
      {isAdding && (
        <FigureDialog
          onDone={(choice) => {
            setBlocks((before) => insertBlock(before, newFigure(choice), null));
            setIsAdding(false);
          }}
          onClose={() => setIsAdding(false)}
        />
      )}
    </div>
  );
}
