import * as tf from '@tensorflow/tfjs-core';
import type { Job } from './jobs.ts';

/** One run: milliseconds of the clock and of the processors. */
export interface Timed {
  wallMs: number;
  cpuMs: number;
}

/** One run, and the number that all engines must agree on. */
export interface Measured extends Timed {
  check: number;
}

/** One engine at one task. */
export interface Contestant<Result extends Timed = Measured> {
  label: string;
  amount: number;
  /** Rounds it takes part in (slow ones: few), the first of them a warm-up. */
  rounds: number;
  measure(): Promise<Result>;
  results: Result[];
}

/** A job in this process, on a TFJS backend. */
export function local(label: string, backend: string, job: Job, rounds: number): Contestant {
  const measure = async (): Promise<Measured> => {
    await tf.setBackend(backend);
    await job.prepare?.();
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    const check = await job.run();
    const wallMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { wallMs, cpuMs: (user + system) / 1000, check };
  };
  return { label, amount: job.amount, rounds, measure, results: [] };
}

/** Everybody in turn, round by round, so that a busy machine slows all alike. */
export async function compete<Result extends Timed>(
  contestants: readonly Contestant<Result>[],
): Promise<void> {
  const rounds = Math.max(...contestants.map((contestant) => contestant.rounds));
  for (let round = 0; round < rounds; round++)
    for (const contestant of contestants)
      if (round < contestant.rounds) contestant.results.push(await contestant.measure());
}

type Clock = keyof Timed;

/** Amount a second of every measured round; the warm-up is left out. */
export function speeds({ amount, results }: Contestant<Timed>, clock: Clock): number[] {
  return results.slice(1).map((result) => (1000 * amount) / result[clock]);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Median over rounds of a's speed over b's in the same round. */
export function ratio(a: Contestant<Timed>, b: Contestant<Timed>, clock: Clock): number {
  const other = speeds(b, clock);
  return median(
    speeds(a, clock)
      .slice(0, other.length)
      .map((speed, i) => speed / (other[i] as number)),
  );
}

/** a's speed over b's, each in its fastest round: what is left of them on a busy machine. */
export function fastestRatio(a: Contestant<Timed>, b: Contestant<Timed>, clock: Clock = 'wallMs'): number {
  const [fastest, other] = [a, b].map((contestant) => Math.max(...speeds(contestant, clock)));
  return (fastest as number) / (other as number);
}

/**
 * Prints a task's table. The first contestant is the one the others are compared with; `peak` ran in the same rounds and
 * counts 10⁹ operations, of which a token takes `gigaflops`.
 */
export function printTask(
  title: string,
  contestants: readonly Contestant[],
  peak: Contestant,
  gigaflops: number,
): void {
  const [first] = contestants as [Contestant];
  const whole = (value: number): string => Math.round(value).toLocaleString('en').padStart(9);
  const times = (value: number): string => `${value.toFixed(2)}x`.padStart(9);
  console.log(
    `\n${title.padEnd(46)} tokens/s  by CPU time  first is faster by (CPU time; fastest rounds)  share of peak  check`,
  );
  for (const contestant of contestants) {
    const { label, results } = contestant;
    const share = 100 * gigaflops * ratio(contestant, peak, 'cpuMs');
    console.log(
      [
        label.padEnd(44),
        whole(median(speeds(contestant, 'wallMs'))),
        whole(median(speeds(contestant, 'cpuMs'))).padStart(12),
        `${times(ratio(first, contestant, 'wallMs'))} (${times(ratio(first, contestant, 'cpuMs')).trim()}; ${times(fastestRatio(first, contestant)).trim()})`.padStart(
          44,
        ),
        `${share.toFixed(1)} %`.padStart(13),
        `  ${results.at(-1)?.check.toFixed(4)}`,
      ].join(' '),
    );
  }
}

/** The matrix product's speed in GFLOP/s, by the clock and by CPU time. */
export function describePeak(peak: Contestant): string {
  const [wall, cpu] = (['wallMs', 'cpuMs'] as const).map((clock) => median(speeds(peak, clock)).toFixed(1));
  return `peak (1024³ matrix product): ${wall} GFLOP/s, ${cpu} a second of CPU time`;
}
