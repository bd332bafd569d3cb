'use client';
import { useQueryState } from 'nuqs';
import { useMemo } from 'react';
import type { FigureBlock } from '../../server/contract/report.ts';
import {
  changeFigure,
  type FigureSettings,
  keptView,
  parseAsFigureSettings,
  type SettingsOfFigures,
  withoutFigure,
} from './figure-settings.ts';

const parser = parseAsFigureSettings.withDefault({}).withOptions({ history: 'replace', throttleMs: 100 });

/** What the address says of all charts of the report. */
export function useSettingsOfFigures() {
  return useQueryState('set', parser);
}

/** A chart as whoever looks at it has it, in the address of the page; the report's own settings are `stored`. */
export function useFigureSettings(
  name: string,
  stored: FigureSettings,
): [FigureSettings, (changes: Partial<FigureSettings>) => void] {
  const [all, setAll] = useSettingsOfFigures();
  // The same object while it says the same: a change to one chart draws no other again.
  const text = JSON.stringify(all[name] ?? stored);
  const settings = useMemo(() => JSON.parse(text) as FigureSettings, [text]);
  return [settings, (changes) => void setAll((before) => changeFigure(before, name, stored, changes))];
}

/** What is set on a figure while the report is written. */
export function useKeptView(block: FigureBlock): {
  /** The view that would be kept; null where nothing is set. */
  view: string | null;
  forget: () => void;
} {
  const [all, setAll] = useSettingsOfFigures();
  return {
    view: keptView(block, all),
    forget: () => void setAll((before: SettingsOfFigures) => withoutFigure(before, block.id)),
  };
}
