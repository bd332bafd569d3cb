/**
 * What more cores bring to one run: one thread, one engine of several threads (ONNX Runtime's own), and a team of that
 * many engines (the default, server/rl/train/team/team.ts). The preset `quick`, a few iterations each, taking turns.
 *
 *   node test/bench/threads.ts [--threads 2] [--iterations 6] [--rounds 3]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { presetConfig } from '../../server/contract/presets.ts';
import { run } from '../../server/rl/train/run.ts';
import { ALONE } from '../../server/rl/train/team/team.ts';

const { values: flags } = parseArgs({
  options: {
    threads: { type: 'string', default: String(availableParallelism()) },
    iterations: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
  },
});
const threads = Number(flags.threads);
const config = presetConfig('quick', {
  iterations: Number(flags.iterations),
  criticWarmup: 1,
  evaluateEvery: 1000,
  evaluationGames: 8,
});
const METRICS = ['rolloutTokensPerSecond', 'updateTokensPerSecond', 'memoryMegabytes'] as const;
type Speed = Record<(typeof METRICS)[number], number>;

const arrangements = {
  'one thread': { threads: 1, team: ALONE },
  [`one engine of ${threads} threads`]: { threads, team: ALONE },
  [`a team of ${threads} engines`]: { threads, team: undefined },
};
const folder = mkdtempSync(join(tmpdir(), 'hiper-threads-'));
const speeds = new Map<string, Speed[]>(Object.keys(arrangements).map((name) => [name, []]));
for (let round = 0; round < Number(flags.rounds); round++)
  for (const [name, arrangement] of Object.entries(arrangements))
    speeds.get(name)?.push(await train(arrangement, `${name} ${round}`));
rmSync(folder, { recursive: true });

const reference = [...speeds.values()][0] as Speed[];
console.log(
  `quick, ${config.iterations} iterations, median of ${flags.rounds} rounds; ratios are pair by pair`,
);
for (const [name, list] of speeds) {
  const column = (metric: keyof Speed) => {
    const ratio = median(list.map((speed, i) => speed[metric] / (reference[i] as Speed)[metric]));
    return `${Math.round(median(list.map((speed) => speed[metric]))).toLocaleString('en')} (${ratio.toFixed(2)}x)`;
  };
  const [rollout, update, memory] = METRICS.map(column);
  console.log(
    `${name.padEnd(26)} rollout ${rollout} tokens/s   update ${update} tokens/s   ${memory} MB of memory`,
  );
}

/** Medians over the iterations that have an update, the first of them left out (it compiles). */
async function train(arrangement: { threads: number; team?: typeof ALONE }, name: string): Promise<Speed> {
  const iterations: Record<string, number | null>[] = [];
  await run({
    config,
    folder: join(folder, name),
    warmStartFolder: join(folder, 'warm-starts'),
    engine: 'onnxruntime',
    resume: false,
    ...arrangement,
    io: {
      checkpoint: async () => {},
      emit: async (event) => {
        if (event.kind === 'iteration') iterations.push(event.values);
      },
    },
  });
  const measured = iterations.slice(config.criticWarmup + 1);
  return Object.fromEntries(
    METRICS.map((metric) => [metric, median(measured.map((values) => values[metric] ?? Number.NaN))]),
  ) as Speed;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
