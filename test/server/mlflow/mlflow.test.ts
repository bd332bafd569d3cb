import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../server/contract/events.ts';
import type { Answer } from '../http/start-server.ts';
import { startServer, type TestServer } from '../http/start-server.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';
import type { Exchange } from './exchanges.ts';

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'client-session.json'), 'utf8'),
) as Exchange[];

let house: TestHouse;
let lab: TestLab;
let server: TestServer;

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start();
  server = await startServer(lab);
}, 60_000);

afterAll(async () => {
  await server.close();
  await lab.stop();
  await house.close();
});

const post = (path: string, body: unknown): Promise<Answer> =>
  server.ask(`/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const get = (path: string) => server.ask(`/api/2.0/mlflow/${path}`);
const code = ({ status, body }: Answer) => [status, JSON.parse(body).error_code];

async function createRun(name = 'a run'): Promise<string> {
  const { body } = await post('runs/create', { experiment_id: '0', run_name: name });
  return JSON.parse(body).run.info.run_id;
}

const columns = async (runId: string) => {
  const run = await lab.store.runs.require(runId);
  return lab.store.series.readAll(run);
};

describe('a recorded session of the Python client', () => {
  it('is answered as it was, ids and times apart', async () => {
    let runId = '';
    const comparable = (text: string) =>
      text.replaceAll(runId || '∅', 'RUN_ID').replace(/("(?:creation|last_update)_time":)\d+/g, '$1"time"');
    for (const { method, path, contentType, sent, status, answer } of recorded) {
      const own = (text: string) => text.replaceAll('RUN_ID', runId);
      const got = await server.ask(own(path), {
        method,
        headers: contentType ? { 'content-type': contentType } : {},
        body: own(sent),
      });
      if (path.endsWith('runs/create')) runId = JSON.parse(got.body).run.info.run_id;
      expect([path, got.status]).toEqual([path, status]);
      const isJson = answer.startsWith('{"');
      const shape = (text: string) => (isJson ? JSON.parse(comparable(text)) : text);
      expect(shape(got.body)).toEqual(shape(answer));
    }
    const run = await lab.store.runs.require(runId);
    expect(run).toMatchObject({
      ...{ name: 'grpo, seed 1', note: 'A **note**', origin: 'mlflow', config: null, state: 'finished' },
      foreign: { experiment: 'alfworld', params: { seed: '1', model: 'Qwen2.5-1.5B' } },
      iteration: 3,
    });
    const series = await columns(runId);
    expect(series.iterations).toEqual([1, 2, 3]);
    // TRL's kl is the one to the reference; what is not finite stays what it is.
    expect(series.columns).toMatchObject({
      reward: [0.25, 0.5, 0.75],
      klReference: [0.01, 0.02, 0.03],
      loss: [null, Number.NaN, Number.POSITIVE_INFINITY],
      'completions/mean_length': [31, 32, 33],
    });
  });
});

describe('MLflow’s protocol', () => {
  it('tells what is logged as the events of any run', async () => {
    const told: RunEvent[] = [];
    const unsubscribe = lab.bus.subscribe((message) => {
      if (message.type === 'appended') told.push(...message.events);
    });
    const runId = await createRun();
    await post('runs/log-metric', { run_id: runId, key: 'loss', value: 2, timestamp: 1000, step: 7 });
    unsubscribe();
    expect(told).toMatchObject([
      { kind: 'metrics', runId, iteration: 7, loggedAt: 1000, values: { loss: 2 }, seq: 2 },
    ]);
  });

  it('stores once what is sent again', async () => {
    const runId = await createRun();
    const batch = {
      run_id: runId,
      metrics: [{ key: 'loss', value: 1, timestamp: 5, step: 1 }],
      params: [{ key: 'lr', value: '1' }],
    };
    for (let i = 0; i < 2; i++) expect((await post('runs/log-batch', batch)).status).toBe(200);
    const { body } = await get(`metrics/get-history?run_id=${runId}&metric_key=loss`);
    expect(JSON.parse(body).metrics).toHaveLength(1);
  });

  it('puts steps in order whatever order they come in, and the largest step is the latest', async () => {
    const runId = await createRun();
    for (const step of [3, 1, 2])
      await post('runs/log-metric', { run_id: runId, key: 'reward', value: step, timestamp: 1, step });
    await post('runs/log-metric', { run_id: runId, key: 'loss', value: 9, timestamp: 1, step: 2 });
    const series = await columns(runId);
    expect(series).toEqual({
      iterations: [1, 2, 3],
      columns: { reward: [1, 2, 3], loss: [null, 9, null] },
    });
    const { data } = JSON.parse((await get(`runs/get?run_id=${runId}`)).body).run;
    expect(data.metrics.find(({ key }: { key: string }) => key === 'reward')).toMatchObject({
      value: 3,
      step: 3,
    });
  });

  it('takes steps that lie far apart', async () => {
    const runId = await createRun();
    const metrics = [0, 1_000_000, 2_000_000_000].map((step) => ({
      key: 'loss',
      value: step,
      timestamp: 1,
      step,
    }));
    await post('runs/log-batch', { run_id: runId, metrics });
    expect((await columns(runId)).iterations).toEqual([0, 1_000_000, 2_000_000_000]);
  });

  it('pages through a history and a search', async () => {
    const runId = await createRun('paged');
    const metrics = Array.from({ length: 5 }, (_, step) => ({
      key: 'x',
      value: step,
      timestamp: step,
      step,
    }));
    await post('runs/log-batch', { run_id: runId, metrics });
    const first = JSON.parse(
      (await get(`metrics/get-history?run_id=${runId}&metric_key=x&max_results=3`)).body,
    );
    const rest = JSON.parse(
      (await get(`metrics/get-history?run_id=${runId}&metric_key=x&page_token=${first.next_page_token}`))
        .body,
    );
    expect([...first.metrics, ...rest.metrics].map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
    expect(rest.next_page_token).toBeUndefined();
    const found = await post('runs/search', {
      experiment_ids: ['0'],
      filter: "attributes.run_name = 'paged'",
    });
    expect(JSON.parse(found.body).runs.map(({ info }: { info: { run_id: string } }) => info.run_id)).toEqual([
      runId,
    ]);
  });

  it.each([
    ['runs/create', { experiment_id: '99' }, 404, 'RESOURCE_DOES_NOT_EXIST', 'no experiment'],
    ['runs/create', { experiment_id: 'x' }, 400, 'INVALID_PARAMETER_VALUE', 'experiment_id'],
    ['runs/log-metric', { key: 'loss', value: 1 }, 400, 'INVALID_PARAMETER_VALUE', 'run_id: is missing'],
    [
      'runs/log-metric',
      '{"run_id": "abcdefgh", "value": NaN}',
      400,
      'INVALID_PARAMETER_VALUE',
      'write "NaN"',
    ],
    [
      'runs/log-metric',
      { run_id: 'zzzzzzzzzz', key: 'a', value: 1 },
      404,
      'RESOURCE_DOES_NOT_EXIST',
      'no run',
    ],
    [
      'runs/search',
      { experiment_ids: ['0'], filter: 'metrics.loss ~ 1' },
      400,
      'INVALID_PARAMETER_VALUE',
      'Write e.g.',
    ],
    [
      'runs/search',
      { experiment_ids: ['0'], order_by: ['metrics.a up'] },
      400,
      'INVALID_PARAMETER_VALUE',
      'ASC or DESC',
    ],
    ['experiments/create', { name: 'Default' }, 400, 'RESOURCE_ALREADY_EXISTS', 'exists already'],
    ['traces', {}, 404, 'ENDPOINT_NOT_FOUND', 'POST /api/2.0/mlflow/traces'],
  ])('refuses %s of %j in MLflow’s form', async (path, body, status, errorCode, words) => {
    const answer = await post(path, body);
    expect(code(answer)).toEqual([status, errorCode]);
    expect(JSON.parse(answer.body).message).toContain(words);
  });

  it('bounds what one request and one artifact may hold', async () => {
    const runId = await createRun();
    const metrics = Array.from({ length: 1001 }, (_, step) => ({ key: 'x', value: 1, timestamp: 1, step }));
    expect(code(await post('runs/log-batch', { run_id: runId, metrics }))).toEqual([
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
    const large = await post('runs/log-batch', {
      run_id: runId,
      tags: [{ key: 'a', value: 'x'.repeat(5e6) }],
    });
    expect(code(large)).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    const root = `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts`;
    const put = (path: string, body: string) => server.ask(`${root}/${path}`, { method: 'PUT', body });
    expect(code(await put('model.bin', 'a\0b'))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(code(await put('..%2Fsecret', 'text'))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect((await put('deep/er/file.txt', 'text')).status).toBe(200);
    const read = await server.ask(`${root}/deep/er/file.txt`);
    expect([read.body, read.headers['content-type'], read.headers['content-disposition']]).toEqual([
      'text',
      'text/plain; charset=utf-8',
      'attachment',
    ]);
  });

  it('leaves runs that are trained here alone, and theirs to themselves', async () => {
    const native = await lab.launch();
    await lab.until(native, 'finished');
    expect(code(await post('runs/delete', { run_id: native }))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    const runId = await createRun();
    await expect(lab.jobs.pause(runId)).rejects.toThrow('trained elsewhere');
    await lab.jobs.cancel(runId);
    expect(JSON.parse((await get(`runs/get?run_id=${runId}`)).body).run.info.status).toBe('KILLED');
    expect((await post('runs/delete', { run_id: runId })).status).toBe(200);
    expect(await lab.store.runs.find(runId)).toBeNull();
  });

  it('survives a restart: no supervisor takes up what runs elsewhere', async () => {
    const runId = await createRun();
    await lab.stop();
    await server.close();
    lab = await house.start();
    server = await startServer(lab);
    expect((await lab.store.runs.require(runId)).state).toBe('running');
    expect((await post('runs/log-metric', { run_id: runId, key: 'a', value: 1 })).status).toBe(200);
  });
});
