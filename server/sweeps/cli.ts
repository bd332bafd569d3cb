/**
 * `npm run sweep -- FILE`: launches every combination of a sweep's values on a running server, or the comparison of the first page, and
 * follows them if asked. With halving the server trains all for a while, and only the best to the end.
 */
import { readFileSync } from 'node:fs';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { AppRouter } from '../api/root.ts';
import { expandComparison } from '../contract/comparison.ts';
import { COMPARISON_PRESETS } from '../contract/comparison-choices.ts';
import { methodTitle } from '../contract/credit-origin.ts';
import { AppError } from '../contract/error.ts';
import { latestEvaluation } from '../contract/evaluations.ts';
import type { SweepView } from '../contract/sweep-plan.ts';
import type { RunSummary } from '../contract/views.ts';
import { readCommandLine } from '../rl/command-line.ts';
import { expandSweep } from './sweep.ts';
import { describePlan, describeRung } from './sweep-words.ts';

const USAGE = `Launches runs that differ in some fields on a running server (npm start).

  npm run sweep -- FILE [--url URL] [--dry-run] [--wait]
  npm run sweep -- --comparison PRESET [--seeds 1,2,3] [...]

FILE is JSON: every combination of the values under "vary", with every seed.

  {
    "name": "kappa",                      in front of the runs' names (optional)
    "preset": "quick",                    where all runs start from
    "set": { "iterations": 30 },          fields that all share
    "vary": { "estimator": ["hae", "turn-gae"], "gamma": [0.95, 0.97] },
    "seeds": [1, 2, 3]
  }

  More of it:

    "random": { "configurations": 20, "seed": 1 }
        draws as many configurations in place of all combinations; a field under "vary" may then be a range:
        "learningRate": { "from": 0.0001, "to": 0.01, "scale": "log" }
    "halving": { "eta": 3, "metric": "success" }
        successive halving: all are trained for a small share of the iterations, the best 1/eta go on from their
        checkpoints (forks), and so on, the last to the end. The server does it, also after a restart. "least": fewest
        iterations of the first rung; "metric": success, score or episodeLength of the evaluation at the end of a rung,
        mean over the seeds.

  --comparison PRESET    HiPER, flat GAE and flat PPO, as the first page launches them: ${COMPARISON_PRESETS.join(', ')}
  --seeds LIST           its seeds (default 1)
  --url URL              the server (default http://127.0.0.1:3000); with a secret, HIPER_KEY (a key that may
                         control, and read with --wait) or HIPER_SECRET is sent along
  --dry-run              list the runs, or the rungs and what they cost, and launch nothing
  --wait                 stay until all have ended; exit 1 if one failed
  --help

Fields: npm run train -- --fields
`;
const POLL_MS = 2000;
const ENDED: readonly RunSummary['state'][] = ['finished', 'failed', 'cancelled'];

await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values: flags, positionals } = readArguments();
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [file] = positionals;
  if (positionals.length !== (flags.comparison ? 0 : 1))
    throw new AppError('bad-input', 'give one file, or --comparison. See npm run sweep -- --help');
  const sweep = file ? expandSweep(readJson(file)) : null;
  if (sweep?.halving) console.log(describePlan(sweep));
  if (flags['dry-run'] && sweep?.halving) return;
  const { preset, configs } =
    sweep ?? expandComparison({ preset: flags.comparison, seeds: flags.seeds?.split(',').map(Number) });
  if (flags['dry-run']) {
    for (const config of configs) console.log(config.name || `${methodTitle(config)}, seed ${config.seed}`);
    console.log(`${configs.length} runs of preset ${preset}`);
    return;
  }
  const url = flags.url.replace(/\/$/, '');
  const secret = process.env.HIPER_KEY ?? process.env.HIPER_SECRET;
  const server = createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${url}/api/trpc`,
        headers: secret ? { authorization: `Bearer ${secret}` } : {},
      }),
    ],
  });
  if (sweep) {
    const { id } = await server.sweeps.launch.mutate(sweep).catch((error) => {
      throw explain(error, url);
    });
    console.log(`Launched: ${url}/sweeps/${id}`);
    if (flags.wait) await followSweep(() => server.sweeps.get.query({ id }));
    return;
  }
  const { ids } = await server.runs.launchAll.mutate({ configs, preset }).catch((error) => {
    throw explain(error, url);
  });
  console.log(`${ids.length} runs queued: ${url}/compare?runs=${ids.join(',')}`);
  if (flags.wait) await follow(ids, () => server.runs.list.query());
}

/** Prints each rung as it ends. */
async function followSweep(look: () => Promise<SweepView>): Promise<void> {
  for (let told = 0; ; ) {
    const sweep = await look();
    for (; sweep.rungs[told]?.ended; told++) console.log(describeRung(sweep, told));
    if (sweep.state !== 'running') {
      console.log(`${sweep.title}: ${sweep.state}${sweep.failure ? `: ${sweep.failure}` : ''}`);
      if (sweep.state !== 'finished' || sweep.runs.failed || sweep.runs.cancelled) process.exitCode = 1;
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Prints each run as it ends. */
async function follow(ids: readonly string[], list: () => Promise<RunSummary[]>): Promise<void> {
  const waiting = new Set(ids);
  while (waiting.size > 0) {
    for (const run of await list()) {
      if (!waiting.has(run.id) || !ENDED.includes(run.state)) continue;
      waiting.delete(run.id);
      if (run.state !== 'finished') process.exitCode = 1;
      const final = latestEvaluation(run.finalEvaluations);
      const result = final
        ? `${final.successes} of ${final.episodes} on ${final.split}`
        : (run.failure ?? '');
      console.log(`${run.name}: ${run.state}${result && `, ${result}`} (${waiting.size} left)`);
    }
    if (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function readArguments() {
  return readCommandLine(
    {
      allowPositionals: true,
      options: {
        comparison: { type: 'string' },
        seeds: { type: 'string' },
        url: { type: 'string', default: 'http://127.0.0.1:3000' },
        'dry-run': { type: 'boolean' },
        wait: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    },
    'npm run sweep',
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new AppError('bad-file', `${file}: ${(error as Error).message}`);
  }
}

/** What the server said, or that there is none. */
function explain(error: Error, url: string): AppError {
  if (/fetch failed/i.test(error.message))
    return new AppError('not-found', `no server answers at ${url}: start one with npm start, or give --url`);
  return new AppError('bad-input', error.message);
}
