import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY_HEADER } from '../../../server/api/answer.ts';
import type { KeyScope } from '../../../server/contract/keys.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';
import { startServer, type TestServer } from './start-server.ts';

const SECRET = 'a rather long secret 4711';

let house: TestHouse;
let lab: TestLab;
let server: TestServer;
beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start({ secret: SECRET });
  server = await startServer(lab);
}, 60_000);
afterAll(async () => {
  await server.close();
  await lab.stop();
  await house.close();
});

const makeKey = (name: string, ...scopes: KeyScope[]) => lab.keys.create({ name, scopes, expiresAt: null });
const post = async (path: string, body: unknown, secret: string, headers: Record<string, string> = {}) => {
  const { status, body: answer } = await server.ask(path, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  expect(status).toBe(200);
  return JSON.parse(answer);
};
const newest = async () => {
  await lab.actions.settled();
  return (await lab.store.actions.list(1, null)).actions[0];
};
const newRun = async () =>
  (await lab.store.runs.create({ name: 'one', preset: null, config: presetConfig('tiny') })).id;

describe('who did something over http', () => {
  it('is the key by its name, in whatever script, also where it may administer', async () => {
    const id = await newRun();
    for (const [name, scope] of [
      ['nightly, Büro 東京', 'control'],
      ['admin', 'admin'],
    ] as const) {
      const { key, info } = await makeKey(name, scope);
      await post('/api/trpc/runs.label', { ids: [id], starred: true }, key);
      expect((await newest())?.key).toEqual({ id: info.id, name });
    }
  });

  it('is the owner by the secret, whatever header came along', async () => {
    const id = await newRun();
    const forged = { [KEY_HEADER]: 'k1 somebody%20else' };
    await post('/api/trpc/runs.label', { ids: [id], starred: true }, SECRET, forged);
    expect(await newest()).toMatchObject({ procedure: 'runs.label', key: null });
  });

  it('is told of an import', async () => {
    const { key } = await makeKey('importer', 'metrics');
    const form = new FormData();
    form.append('file', new Blob(['step,reward\n1,0.5\n']), 'a.csv');
    const headers = { authorization: `Bearer ${key}` };
    const response = await fetch(`${server.address}/api/import`, { method: 'POST', body: form, headers });
    expect(response.status).toBe(200);
    expect(await newest()).toMatchObject({
      procedure: 'imports.files',
      key: { name: 'importer' },
      subjects: [{ kind: 'run', name: 'a', isNew: true }],
    });
  });

  it('is told of what a client of MLflow renames and deletes, not of what it logs', async () => {
    const { key } = await makeKey('mlflow', 'metrics', 'control');
    const mlflow = (path: string, body: object) => post(`/api/2.0/mlflow/${path}`, body, key);
    const { run } = await mlflow('runs/create', { experiment_id: '0', run_name: 'streamed' });
    const { run_id } = run.info;
    const earlier = await newest();
    await mlflow('runs/log-metric', { run_id, key: 'reward', value: 1, timestamp: 1, step: 1 });
    await mlflow('runs/set-tag', { run_id, key: 'mlflow.runName', value: 'streamed' });
    await mlflow('runs/set-tag', { run_id, key: 'phase', value: 'late' });
    expect(await newest()).toEqual(earlier);
    await mlflow('runs/update', { run_id, run_name: 'renamed' });
    expect(await newest()).toMatchObject({
      procedure: 'runs.update',
      subjects: [{ name: 'streamed' }],
      details: { name: 'renamed' },
    });
    await mlflow('runs/delete', { run_id });
    expect(await newest()).toMatchObject({
      procedure: 'runs.remove',
      key: { name: 'mlflow' },
      subjects: [{ id: run_id, name: 'renamed' }],
    });
  });
});
