import type { LogLine } from '../../../server/contract/views.ts';
import { formatClock } from '../../_charts/format.ts';
import type { RunViewState } from './view-state.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with the escape character
const TERMINAL_CODES = /\u001b\[[0-9;]*[A-Za-z]/g;

/** The words of a line without terminal colours. */
export function plainText(line: LogLine): string {
  return line.text.replaceAll(TERMINAL_CODES, '');
}

/** A piece of a line; with the iteration that its words name, if they name one. */
export interface LogPart {
  text: string;
  iteration: number | null;
}

/** A line's words, cut where they name an iteration. What is before the first is none: there is nothing to see of it. */
export function splitAtIterations(text: string): LogPart[] {
  return text.split(/(iteration +[1-9]\d*)/).flatMap((part, index) => {
    if (part === '') return [];
    return [{ text: part, iteration: index % 2 === 1 ? Number(/\d+/.exec(part)?.[0]) : null }];
  });
}

/** A line as plain text: time, level, words. */
export function formatLogLine(line: LogLine): string {
  return `${formatClock(line.time)} ${line.level.padEnd(7)} ${plainText(line)}`;
}

const RANK = { info: 0, warning: 1, error: 2 };

/** Lines of at least a level that contain all words, whatever their case. */
export function filterLines(
  lines: readonly LogLine[],
  level: RunViewState['level'],
  find: string,
): LogLine[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const least = level === 'all' ? 0 : RANK[level];
  if (least === 0 && words.length === 0) return [...lines];
  return lines.filter((line) => {
    if (RANK[line.level] < least) return false;
    const text = plainText(line).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
