import { fastestRatio, median, ratio, speeds } from '../engine/contest.ts';
import type { Participant } from './participant.ts';

const HEAD = ['task', 'this engine', 'PyTorch float32', 'PyTorch bfloat16'];
const TAIL = ['this engine is faster than the better one', 'peak memory, GB', 'outcomes differ by'];

/** The head of a Markdown table, and what its columns say. */
export function tableHead(): string {
  const names = [...HEAD, ...TAIL];
  return `${line(names)}\n${line(names.map((_, i) => (i === 0 ? '---' : '--:')))}`;
}

export const LEGEND = `Speeds: tokens a second of CPU time, median of the rounds (in brackets: of the clock). Faster: by CPU time, pair by pair, median; then by
the clock, and by CPU time between everyone's fastest rounds. Better: the PyTorch that is faster by CPU time. Peak memory: of this
engine, PyTorch float32 and bfloat16, each in a process that does nothing but this task. Outcomes: logits of 40 tokens, or a step's mean loss and
gradient norm; largest difference of PyTorch float32 and of bfloat16 to this engine's in any round, as a part of the largest of them.`;

/** One task's line: this engine first, then those it is compared with. */
export function tableLine(title: string, [own, ...others]: [Participant, ...Participant[]]): string {
  const everyone = [own, ...others];
  const speed = (participant: Participant | undefined): string => {
    if (!participant) return '';
    const [cpu, wall] = (['cpuMs', 'wallMs'] as const).map((clock) => median(speeds(participant, clock)));
    return `${short(cpu as number)} (${short(wall as number)})`;
  };
  const cells = [title, speed(own), speed(others[0]), speed(others[1]), '', '', ''];
  const better = others.toSorted((a, b) => median(speeds(b, 'cpuMs')) - median(speeds(a, 'cpuMs')))[0];
  if (better) {
    const times = [
      ratio(own, better, 'cpuMs'),
      ratio(own, better, 'wallMs'),
      fastestRatio(own, better, 'cpuMs'),
    ];
    cells[4] = times.map((value) => `${value.toFixed(2)}x`).join(', ');
  }
  cells[5] = everyone.map((participant) => (peak(participant) / 1e9).toFixed(2)).join(', ');
  cells[6] = others.map((other) => outcomeDifference(own, other).toExponential(1)).join(', ');
  return line(cells);
}

/** Largest difference between outcomes of the same rounds, as a part of the largest outcome. */
export function outcomeDifference(a: Participant, b: Participant): number {
  let [difference, largest] = [0, 0];
  for (const [round, { outcome }] of a.results.entries())
    for (const [i, value] of outcome.entries()) {
      const away = Math.abs(value - (b.results[round]?.outcome[i] ?? Number.NaN));
      // A number that is not there or not finite must not be lost in a comparison.
      difference = Number.isFinite(away) ? Math.max(difference, away) : Number.POSITIVE_INFINITY;
      largest = Math.max(largest, Math.abs(value));
    }
  return difference / largest;
}

function peak({ results }: Participant): number {
  return Math.max(...results.map(({ peakBytes }) => peakBytes));
}

function short(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
