import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type PresetName, presetConfig } from '../../../server/contract/presets.ts';
import type { WholeRun } from './report.ts';

const TRAIN = join(import.meta.dirname, '../../../server/rl/train/cli.ts');

/** Runs a preset for at most so many seconds, on one engine, and says how long the whole of it takes. */
export async function timeWholeRun(
  preset: PresetName,
  engine: 'tensorflow' | 'onnxruntime',
  seconds: number,
): Promise<WholeRun> {
  const data = mkdtempSync(join(tmpdir(), 'hiper-gpu-run-'));
  const child = spawn(process.execPath, [TRAIN, '--preset', preset, '--seed', '1', '--json'], {
    env: { ...process.env, HIPER_ENGINE: engine, HIPER_DATA: data },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: Math.ceil(1000 * seconds),
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const told: number[] = [];
  let finished: number | null = null;
  let last = '';
  for await (const line of createInterface({ input: child.stderr })) {
    const event = readEvent(line);
    if (event?.kind === 'iteration') told.push(event.seconds);
    else if (event?.kind === 'finished') finished = event.seconds;
    else if (!event) last = line;
  }
  await ended;
  rmSync(data, { recursive: true });
  const { iterations } = presetConfig(preset);
  const wholeSeconds = finished ?? projectSeconds(told, iterations);
  return {
    preset,
    engine,
    iterations: told.length,
    of: iterations,
    wholeSeconds,
    ...(wholeSeconds === null && { error: last || `fewer than two iterations in ${Math.round(seconds)} s` }),
  };
}

/** When the last iteration ends, from when the first few were told; null where fewer than two were. */
export function projectSeconds(told: readonly number[], iterations: number): number | null {
  const [first, last] = [told[0], told.at(-1)];
  if (first === undefined || last === undefined || told.length < 2) return null;
  return last + ((iterations - told.length) * (last - first)) / (told.length - 1);
}

function readEvent(line: string): { kind: string; seconds: number } | null {
  try {
    return JSON.parse(line) as { kind: string; seconds: number };
  } catch {
    return null;
  }
}
