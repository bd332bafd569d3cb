/**
 * Turns per second of every credit estimator, on one core: episodes of 20 turns on average, switch share 0.4, ten
 * observations, and three tokens a turn where a teacher is asked; rows shuffled or in order. `npm run bench -- credit [turns]`.
 * Goal: 1,000,000 turns/s.
 */
import { ESTIMATOR_FACTS, type EstimatorName } from '../../server/contract/estimators.ts';
import type { CreditOptions, TurnBatch } from '../../server/rl/credit/batch.ts';
import { estimators } from '../../server/rl/credit/registry.ts';
import { Random } from '../../server/rl/random.ts';

const turns = Number(process.argv[2] ?? 200_000);
const options: CreditOptions = { gamma: 0.97, kappa: 1, keepPenalty: -0.01, invalidActionPenalty: 0.1 };

const inOrder = sampleBatch(new Random(1, 'credit'), turns);
const tokens = sampleTokens(new Random(3, 'credit'), turns);
const batches = { 'rows in order': inOrder, 'rows shuffled': shuffleRows(inOrder, new Random(2, 'credit')) };

console.log(`${turns.toLocaleString('en')} turns a batch; median of 15 batches`);
for (const [order, batch] of Object.entries(batches)) {
  for (const [name, estimate] of Object.entries(estimators)) {
    const asked = ESTIMATOR_FACTS[name as EstimatorName].teacher ? { ...batch, tokens } : batch;
    const seconds = medianSeconds(() => estimate(asked, options));
    const millions = (turns / seconds / 1e6).toFixed(1).padStart(6);
    console.log(
      `${order}  ${name.padEnd(14)} ${millions} million turns/s  ${(seconds * 1e3).toFixed(1).padStart(7)} ms`,
    );
  }
}

function medianSeconds(work: () => unknown): number {
  for (let i = 0; i < 5; i++) work();
  const times = Array.from({ length: 15 }, () => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1e3;
  });
  return times.sort((a, b) => a - b)[7]!;
}

function sampleBatch(random: Random, n: number): TurnBatch {
  const ints = () => new Int32Array(n);
  const flags = (share: number) => Uint8Array.from({ length: n }, () => (random.chance(share) ? 1 : 0));
  const values = () => Float32Array.from({ length: n }, () => random.normal());
  const batch: TurnBatch = {
    episode: ints(),
    turn: ints(),
    group: ints(),
    strategy: ints(),
    anchor: Int32Array.from({ length: n }, () => random.int(10)),
    reward: new Float64Array(n),
    done: new Uint8Array(n),
    switched: flags(0.4),
    valid: flags(0.95),
    values: { low: values(), high: values(), switch: values() },
  };
  let [episode, turn] = [0, 0];
  for (let row = 0; row < n; row++) {
    batch.episode[row] = episode;
    batch.turn[row] = turn++;
    batch.group![row] = episode >> 3;
    batch.strategy![row] = (episode >> 2) & 1;
    if (row < n - 1 && !random.chance(0.05)) continue;
    batch.done[row] = 1;
    batch.reward[row] = random.chance(0.5) ? 1 : 0;
    episode++;
    turn = 0;
  }
  return batch;
}

/** Three a turn, so that any order of the rows has them. */
function sampleTokens(random: Random, n: number): TurnBatch['tokens'] {
  const column = () => Float64Array.from({ length: 3 * n }, () => random.next() ** 4);
  return {
    offsets: Int32Array.from({ length: n + 1 }, (_, row) => 3 * row),
    divergence: column(),
    entropy: column(),
  };
}

function shuffleRows(batch: TurnBatch, random: Random): TurnBatch {
  const order = random.shuffle(Array.from(batch.episode, (_, row) => row));
  const pick = <T extends Int32Array | Float64Array | Float32Array | Uint8Array>(column: T) =>
    column.map((_, i) => column[order[i]!]!) as T;
  const { values } = batch;
  return {
    episode: pick(batch.episode),
    turn: pick(batch.turn),
    group: pick(batch.group!),
    strategy: pick(batch.strategy!),
    anchor: pick(batch.anchor!),
    reward: pick(batch.reward as Float64Array),
    done: pick(batch.done),
    switched: pick(batch.switched),
    valid: pick(batch.valid),
    values: {
      low: pick(values.low as Float32Array),
      high: pick(values.high as Float32Array),
      switch: pick(values.switch as Float32Array),
    },
  };
}
