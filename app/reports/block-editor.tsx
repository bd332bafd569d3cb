'use client';
import { ArrowDown, ArrowUp, Pencil, Plus, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { LONGEST_TEXT, type ReportBlock } from '../../server/contract/report.ts';
import { ConfirmDialog } from '../_ui/confirm-dialog.tsx';
import { IconButton } from '../_ui/icon-button.tsx';
import { TextArea } from '../_ui/input.tsx';
import type { FigureSource } from './_figures/figure-source.ts';
import { ReportFigure } from './_figures/report-figure.tsx';
import { FigureDialog } from './figure-dialog.tsx';
import { withoutFigure } from './figure-settings.ts';
import { FIGURE_TITLES } from './figure-view.ts';
import { KeepSettings } from './keep-settings.tsx';
import { useSettingsOfFigures } from './use-figure-settings.ts';

export interface BlockActions {
  change: (block: ReportBlock) => void;
  move: (id: string, by: -1 | 1) => void;
  insertText: (after: string) => void;
  remove: (id: string) => void;
}

/** One block while the report is written: its text, or the figure as it is, with what can be done to it. */
export function BlockEditor({
  block,
  place,
  count,
  source,
  actions,
}: {
  block: ReportBlock;
  /** From 0. */
  place: number;
  count: number;
  source: FigureSource;
  actions: BlockActions;
}) {
  const [isChanging, setIsChanging] = useState(false);
  const [, setSettings] = useSettingsOfFigures();
  const { id } = block;
  const name = `${block.kind === 'text' ? 'Text' : FIGURE_TITLES[block.figure]} ${place + 1} of ${count}`;
  const moveByKey = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    actions.move(id, event.key === 'ArrowUp' ? -1 : 1);
  };
  return (
    <section
      aria-label={name}
      data-block={id}
      onKeyDown={moveByKey}
      className="min-w-0 rounded-lg border border-line bg-surface"
    >
      <header className="flex items-center gap-1 border-b border-line px-3 py-1">
        <h2 className="flex-1 text-[0.93rem] font-medium text-muted">{name}</h2>
        {block.kind === 'figure' && (
          <IconButton
            label={`Change ${name}`}
            icon={<Pencil aria-hidden />}
            onClick={() => setIsChanging(true)}
          />
        )}
        <IconButton
          label={`Move ${name} up`}
          icon={<ArrowUp aria-hidden />}
          disabled={place === 0}
          onClick={() => actions.move(id, -1)}
        />
        <IconButton
          label={`Move ${name} down`}
          icon={<ArrowDown aria-hidden />}
          disabled={place === count - 1}
          onClick={() => actions.move(id, 1)}
        />
        <IconButton
          label={`Insert text after ${name}`}
          icon={<Plus aria-hidden />}
          onClick={() => actions.insertText(id)}
        />
        <DeleteButton block={block} name={name} onDelete={() => actions.remove(id)} />
      </header>
      {block.kind === 'text' ? (
        <TextArea
          aria-label={name}
          data-block-text={id}
          maxLength={LONGEST_TEXT}
          placeholder="Markdown: # heading, **bold**, - list, [link](https://…), | table |"
          value={block.text}
          onChange={({ target }) => actions.change({ ...block, text: target.value })}
          className="field-sizing-content min-h-24 resize-y rounded-none rounded-b-lg border-0 font-mono text-[0.93rem]"
        />
      ) : (
        <div className="p-3">
          <ReportFigure block={block} source={source} />
          <KeepSettings block={block} onKeep={actions.change} />
          {block.caption && <p className="mt-1.5 text-[0.93rem] text-muted">{block.caption}</p>}
        </div>
      )}
      {isChanging && block.kind === 'figure' && (
        <FigureDialog
          known={block}
          onDone={(choice) => {
            actions.change({ ...block, ...choice });
            // What was set on the figure before leaves no trace on another.
            void setSettings((before) => withoutFigure(before, id));
            setIsChanging(false);
          }}
          onClose={() => setIsChanging(false)}
        />
      )}
    </section>
  );
}

/** An empty text goes at once, anything else after a question. */
function DeleteButton({ block, name, onDelete }: { block: ReportBlock; name: string; onDelete: () => void }) {
  const isEmpty = block.kind === 'text' && block.text.trim() === '';
  const button = (
    <IconButton
      label={`Delete ${name}`}
      icon={<Trash2 aria-hidden />}
      onClick={isEmpty ? onDelete : undefined}
    />
  );
  if (isEmpty) return button;
  return (
    <ConfirmDialog
      danger
      title={`Delete ${name}?`}
      description={
        block.kind === 'text'
          ? 'What is written in it is lost.'
          : 'Only the figure goes: its runs, and the page it was made on, stay.'
      }
      confirmLabel="Delete"
      dismissLabel="Keep it"
      trigger={button}
      onConfirm={onDelete}
    />
  );
}
