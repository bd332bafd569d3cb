import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packTar, unpackTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import { BUNDLE_IMPORT_PATH, bundlePath } from '../../../server/contract/bundle-paths.ts';
import type { KeyScope } from '../../../server/contract/keys.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';
import { startServer, type TestServer } from './start-server.ts';

let house: TestHouse;
let lab: TestLab;
let server: TestServer;

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start({ secret: 'a secret of this lab' });
  server = await startServer(lab);
}, 120_000);
afterAll(async () => {
  await server?.close();
  await lab?.stop();
  await house?.close();
});

const call = () => appRouter.createCaller({ lab, actor: 'owner' });

/** A run that another trainer streams, with everything it may have. */
async function makeForeign(): Promise<string> {
  const id = await lab.store.foreign.create({
    ...{ name: 'verl, seed 1', note: 'far away', source: 'train.py', startedAt: 1000, reason: 'created' },
    ...{ params: { lr: '1e-6', seed: '1' }, tags: { team: 'blue' } },
    experimentId: await lab.store.experiments.ensure('alfworld'),
  });
  const metrics = (iteration: number, values: Record<string, number | null>) => ({
    ...{ kind: 'metrics' as const, iteration, loggedAt: 2000, values },
  });
  await lab.store.events.append(id, [metrics(4, { success: 0.5, own: 1 })]);
  await lab.store.events.append(id, [metrics(2, { success: 0.25, own: null })]);
  await lab.store.artifacts.put(id, 'notes/a.txt', 'what it said');
  return id;
}

async function bearer(...scopes: KeyScope[]): Promise<Record<string, string>> {
  const { key } = await lab.keys.create({ name: scopes.join(), scopes, expiresAt: null });
  return { Authorization: `Bearer ${key}` };
}

async function exportOf(id: string): Promise<Buffer> {
  const response = await fetch(`${server.address}${bundlePath(id)}`, { headers: await bearer('read') });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function send(bundle: Buffer, headers: Record<string, string>) {
  const { status, body } = await server.ask(BUNDLE_IMPORT_PATH, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/gzip' },
    body: Readable.from([bundle]),
  });
  return { status, answer: JSON.parse(body) as { id: string; message: string } };
}

describe('the bundle of a run of another trainer', () => {
  it('brings its origin, params, tags, metrics and artifacts along', async () => {
    const id = await makeForeign();
    const bundle = await exportOf(id);
    const original = await call().runs.get({ id });
    const before = {
      ...{ curves: await lab.store.series.readAll(await lab.store.runs.require(id)) },
      ...{ foreign: await lab.store.foreign.require(id), detail: await call().runs.foreign({ id }) },
    };
    await call().runs.remove({ id });
    const { status, answer } = await send(bundle, await bearer('metrics'));
    expect(status).toBe(200);
    const copy = await call().runs.get({ id: answer.id });
    for (const part of [
      'name',
      'note',
      'origin',
      'config',
      'foreign',
      'iteration',
      'lastSuccess',
      'lastSeq',
      'startedAt',
    ] as const)
      expect(copy[part], part).toEqual(original[part]);
    // It goes on elsewhere, so that this copy has ended.
    expect(copy).toMatchObject({
      state: 'cancelled',
      iteration: 4,
      lastSuccess: 0.5,
      importedFrom: { runId: id },
    });
    expect(await lab.store.series.readAll(await lab.store.runs.require(copy.id))).toEqual(before.curves);
    const { latest, tags, experimentId } = await lab.store.foreign.require(copy.id);
    expect({ latest, tags, experimentId }).toEqual({
      ...{ latest: before.foreign.latest, tags: { team: 'blue' } },
      experimentId: before.foreign.experimentId,
    });
    expect(await call().runs.foreign({ id: copy.id })).toEqual(before.detail);
    expect(await lab.store.artifacts.read(copy.id, 'notes/a.txt')).toBe('what it said');
    await call().runs.remove({ id: copy.id });
  });

  it('is refused where its head does not fit its origin, and leaves nothing', async () => {
    const id = await makeForeign();
    const files = await unpackTar(gunzipSync(await exportOf(id)));
    await call().runs.remove({ id });
    const spoiled = await packTar(
      files.map(({ header, data }) => {
        const text = Buffer.from(data!).toString().replace('"origin":"mlflow"', '"origin":"native"');
        return { header: { name: header.name, size: Buffer.byteLength(text) }, body: text };
      }),
    );
    const { status, answer } = await send(gzipSync(spoiled), await bearer('metrics'));
    expect(status).toBe(422);
    expect(answer.message).toMatch(/run.foreign: a run has it where its origin is not native/);
    expect(await lab.store.runs.list()).toEqual([]);
  });

  it('needs a key that may write metrics to come in, and one that may read to go out', async () => {
    const id = await makeForeign();
    const bundle = await exportOf(id);
    expect(await send(bundle, await bearer('read'))).toMatchObject({
      status: 403,
      answer: { message: expect.stringMatching(/lacks the scope .*\(metrics\)/) },
    });
    expect((await send(bundle, {})).status).toBe(401);
    const headers = await bearer('metrics');
    expect((await server.ask(bundlePath(id), { headers })).status).not.toBe(200);
    expect((await server.ask(`${BUNDLE_IMPORT_PATH}?run=${id}`, { headers })).status).toBe(409);
    await call().runs.remove({ id });
  });

  it('offers no fork, no evaluation of a checkpoint, no episodes; boards and statistics leave it out', async () => {
    const id = await makeForeign();
    const elsewhere = /is trained elsewhere: this cannot be done to it here/;
    await expect(call().runs.fork({ id, iteration: 4, configs: [{}] })).rejects.toThrow(elsewhere);
    await expect(call().episodes.overview({ runId: id })).rejects.toThrow(elsewhere);
    await expect(call().leaderboard.verify({ runIds: [id] })).rejects.toThrow(elsewhere);
    expect((await call().statistics.scores({ runIds: [id], protocol: {} })).runs).toEqual([]);
    await call().runs.label({ ids: [id], addTags: ['paper'], starred: true });
    expect(await call().runs.get({ id })).toMatchObject({ tags: ['paper'], starred: true });
    await call().runs.remove({ id });
  });
});
