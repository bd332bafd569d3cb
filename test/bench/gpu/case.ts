/** Started by `npm run bench -- gpu` for one model in one way: measures, and prints one line of JSON. */
import { openTensorflowEngine } from '../../../server/rl/tensor/tensorflow/engine.ts';
import { tensorflowSettings } from '../../../server/rl/tensor/tensorflow/settings.ts';
import { median } from '../engine/contest.ts';
import { decodingJob, type Job, matrixProductJob, trainingJob } from '../engine/jobs.ts';
import { type BenchSize, SIZES } from '../engine/sizes.ts';
import type { CaseResult, TaskSpeed } from './report.ts';

const [sizeName, secondsText] = process.argv.slice(2) as [BenchSize['name'], string];
const size = SIZES[sizeName];
const deadline = performance.now() + 1000 * Number(secondsText);
/** Rounds that are measured at most; fewer where the time is over. */
const ROUNDS = 8;

/** Rows of a product that fills a card. */
const GPU_PRODUCT = 8192;

let isOnGpu = false;
const engine = await openTensorflowEngine({
  threads: Number(process.env.HIPER_THREADS ?? 1),
  settings: tensorflowSettings(process.env),
  reason: (found) => {
    isOnGpu = found;
    return found ? 'GPU' : 'CPU';
  },
});
const { version, reason } = engine.report();
const productRounds = (await measure(matrixProductJob(engine, isOnGpu ? GPU_PRODUCT : undefined))).rates;
const training = trainingJob(engine, size, size.rows);
const result: CaseResult = {
  size: sizeName,
  version,
  device: reason,
  productGigaflops: Math.max(...productRounds),
  training: await task(training),
  isRepeatable: (await training.isRepeatable?.()) ?? false,
  decoding: await task(decodingJob(engine, size, size.rows)),
  compileSeconds: 0,
  residentBytes: 0,
};
result.compileSeconds = engine.report().compileMs / 1000;
result.residentBytes = 1024 * process.resourceUsage().maxRSS;
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);

async function task(job: Job): Promise<TaskSpeed> {
  const { rates, check } = await measure(job);
  return { tokensPerSecond: median(rates), rounds: rates.length, check };
}

/** Amount a second of every round but the first, which compiles. */
async function measure(job: Job): Promise<{ rates: number[]; check: number }> {
  const rates: number[] = [];
  let check = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    await job.prepare?.();
    const startedAt = performance.now();
    check = await job.run();
    if (round > 0) rates.push((1000 * job.amount) / (performance.now() - startedAt));
    if (round > 1 && performance.now() > deadline) break;
  }
  return { rates, check };
}
