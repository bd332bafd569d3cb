/**
 * Whether many open pages follow one run without a loss: a server as `npm start` runs it, a trainer elsewhere that logs ten times a
 * second by MLflow's protocol, and the sockets of two hundred pages in processes of their own. A tenth of the pages lose their
 * connection half-way and come back.
 *
 *   npm run build && npm run bench -- live [--pages 200] [--rate 10] [--seconds 30] [--metrics 40]
 *
 * Latency: from the trainer's call to the page's socket, storing included. It and its processor time are those of this machine,
 * on which the pages run, too.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort, type Lab, queryLab, startLab } from '../e2e/lab.ts';
import { type PagesAnswer, type PagesOrder, SENT_AT } from './live/pages-report.ts';

const PROCESSES = 4;
const WAIT_MS = 30_000;

const { values: flags } = parseArgs({
  options: {
    pages: { type: 'string', default: '200' },
    rate: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '30' },
    metrics: { type: 'string', default: '40' },
  },
});
const [pages, rate, seconds, metrics] = [flags.pages, flags.rate, flags.seconds, flags.metrics].map(
  Number,
) as [number, number, number, number];

async function callMlflow<T>(lab: Lab, path: string, body: object): Promise<T> {
  const response = await fetch(`${lab.url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

const order = (child: ChildProcess, what: PagesOrder) => child.send(what);

function answerOf<Kind extends PagesAnswer['kind']>(child: ChildProcess, kind: Kind) {
  return new Promise<Extract<PagesAnswer, { kind: Kind }>>((resolve, reject) => {
    child.on('message', (answer: PagesAnswer) => {
      if (answer.kind === kind) resolve(answer as Extract<PagesAnswer, { kind: Kind }>);
    });
    child.once('exit', (code) => reject(new Error(`pages ended with code ${code}`)));
  });
}

/** Processor seconds of the server; 0 where the system does not tell. */
function cpuSeconds(lab: Lab): number {
  try {
    const stat = readFileSync(`/proc/${lab.process.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(stat[11]) + Number(stat[12])) / 100;
  } catch {
    return 0;
  }
}

/** Logs ten times a second, whether or not the last call was answered. Returns how late the calls were answered. */
async function train(lab: Lab, runId: string, halfway: () => void): Promise<void> {
  const updates = rate * seconds;
  const started = Date.now();
  const calls: Promise<unknown>[] = [];
  for (let step = 1; step <= updates; step++) {
    await sleep(Math.max(0, started + (step * 1000) / rate - Date.now()));
    if (step === Math.floor(updates / 2)) halfway();
    const now = Date.now();
    const values = Array.from({ length: metrics }, (_, index) => ({
      key: `metric/${index}`,
      value: Math.sin(step / 10 + index),
    }));
    calls.push(
      callMlflow(lab, 'runs/log-batch', {
        run_id: runId,
        metrics: [{ key: SENT_AT, value: now }, ...values].map((metric) => ({
          ...metric,
          step,
          timestamp: now,
        })),
      }),
    );
  }
  await Promise.all(calls);
}

const folder = mkdtempSync(join(tmpdir(), 'hiper-bench-live-'));
const lab = await startLab(folder, await freePort());
const children: ChildProcess[] = [];
try {
  const { run } = await callMlflow<{ run: { info: { run_id: string } } }>(lab, 'runs/create', {
    experiment_id: '0',
    run_name: 'watched',
  });
  const runId = run.info.run_id;
  for (let index = 0; index < PROCESSES; index++) {
    const share = Math.floor(pages / PROCESSES) + (index < pages % PROCESSES ? 1 : 0);
    const dropping = Math.ceil(share / 10);
    children.push(
      fork(join(import.meta.dirname, 'live/pages.ts'), [lab.url, runId, `${share}`, `${dropping}`]),
    );
  }
  await Promise.all(children.map((child) => answerOf(child, 'open')));
  const before = cpuSeconds(lab);
  await train(lab, runId, () => children.forEach((child) => void order(child, { kind: 'drop' })));
  const used = cpuSeconds(lab) - before;
  const { lastSeq } = await queryLab<{ lastSeq: number }>(lab, 'runs.get', { id: runId });
  const reports = children.map((child) => answerOf(child, 'report'));
  for (const child of children) order(child, { kind: 'report', lastSeq, waitMs: WAIT_MS });
  const told = await Promise.all(reports);
  const lost = told.flatMap((report) => report.lost);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const latencies = told.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  console.log(
    `${lost.length} pages on one run, ${rate} updates/s of ${metrics + 1} metrics for ${seconds} s: ${lastSeq} events`,
  );
  console.log(
    `lost ${sum(lost)}, doubled ${sum(told.flatMap(({ doubled }) => doubled))}; ${sum(told.map(({ reconnected }) => reconnected))} pages were cut off half-way and came back`,
  );
  console.log(
    `latency of ${latencies.length} deliveries: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, largest ${latencies.at(-1)} ms`,
  );
  console.log(
    `server: ${((used / seconds) * 100).toFixed(0)} % of a core, ${((1e6 * used) / latencies.length).toFixed(0)} microseconds a delivery`,
  );
  if (sum(lost) > 0) process.exitCode = 1;
} finally {
  for (const child of children) if (child.connected) child.kill();
  await lab.stop('SIGTERM');
  rmSync(folder, { recursive: true });
}
