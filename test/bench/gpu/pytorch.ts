import { spawnSync } from 'node:child_process';
import { median } from '../engine/contest.ts';
import { type BenchSize, SIZES } from '../engine/sizes.ts';
import { TorchProcess, type TorchSettings } from '../engine/torch.ts';
import type { TaskSpeed } from './report.ts';

/** A Python that has torch. */
export interface Torch {
  python: string;
  version: string;
  device: TorchSettings['device'];
}

/** Eager, compiled, and both with products in TF32, which on the CPU changes nothing. */
export function torchModes({ device }: Pick<Torch, 'device'>): { name: string; settings: TorchSettings }[] {
  const maths = device === 'cuda' ? [false, true] : [false];
  return maths.flatMap((tf32) =>
    [false, true].map((compile) => ({
      name: `${compile ? 'compiled' : 'eager'}${tf32 ? ', TF32' : ''}`,
      settings: { device, compile, tf32 },
    })),
  );
}

/** PyTorch of a Python; null where it has none. */
export function findTorch(python: string): Torch | null {
  const code = 'import torch; print(torch.__version__, "cuda" if torch.cuda.is_available() else "cpu")';
  const { stdout, status } = spawnSync(python, ['-c', code], { encoding: 'utf8', timeout: 60_000 });
  const [version, device] = stdout?.trim().split(' ') ?? [];
  if (status !== 0 || !version) return null;
  return { python, version, device: device === 'cuda' ? 'cuda' : 'cpu' };
}

/** Rounds that are measured at most. */
const ROUNDS = 8;

/** Training and decoding of one model by PyTorch in at most so many seconds. Throws where it ends, or takes longer. */
export async function measureTorch(
  { python }: Torch,
  name: BenchSize['name'],
  settings: TorchSettings,
  seconds: number,
): Promise<{ training: TaskSpeed; decoding: TaskSpeed }> {
  const torch = new TorchProcess(python, SIZES[name], 1, settings);
  const startedAt = performance.now();
  const end = setTimeout(() => torch.kill(), 1000 * seconds);
  const measure = async (task: 'train' | 'decode', until: number): Promise<TaskSpeed> => {
    const { amount, measure: round } = torch.contestant(task, ROUNDS);
    const rates: number[] = [];
    let check = Number.NaN;
    // The first round compiles.
    for (let number = 0; number <= ROUNDS; number++) {
      const measured = await round();
      check = measured.check;
      if (number > 0) rates.push((1000 * amount) / measured.wallMs);
      if (number > 1 && performance.now() > startedAt + 1000 * until) break;
    }
    return { tokensPerSecond: median(rates), rounds: rates.length, check };
  };
  try {
    const training = await measure('train', seconds / 4);
    return { training, decoding: await measure('decode', seconds / 2) };
  } catch (error) {
    if (performance.now() - startedAt >= 1000 * seconds) throw new Error('longer than its time');
    throw error;
  } finally {
    clearTimeout(end);
    torch.close();
  }
}
