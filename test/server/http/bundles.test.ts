import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packTar, unpackTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import { importBundle } from '../../../server/bundles/read-bundle.ts';
import { BUNDLE_IMPORT_PATH, bundlePath } from '../../../server/contract/bundle-paths.ts';
import { replayRequestOf } from '../../../server/contract/replays.ts';
import type { OpenLab } from '../../../server/open-lab.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';
import { openTrainingLab, trainSmallRun } from '../training-lab.ts';
import { startServer, type TestServer } from './start-server.ts';

const SECRET = 'the secret of the other lab';
let home: OpenLab;
let house: TestHouse;
let abroad: TestLab;
let homeServer: TestServer;
let abroadServer: TestServer;
let id: string;

beforeAll(async () => {
  house = await openTestHouse();
  [home, abroad] = await Promise.all([
    openTrainingLab(temporaryFolder('hiper-home')),
    house.start({ secret: SECRET, engine: 'onnxruntime' }),
  ]);
  [homeServer, abroadServer] = await Promise.all([startServer(home.lab), startServer(abroad)]);
  id = await trainSmallRun(home.lab, { iterations: 2 });
  const call = appRouter.createCaller({ lab: home.lab, actor: 'owner' });
  await call.runs.update({ id, name: 'far away', note: 'two iterations' });
  await call.runs.label({ ids: [id], addTags: ['paper'] });
}, 240_000);
afterAll(async () => {
  await Promise.all([homeServer?.close(), abroadServer?.close()]);
  await home?.close();
  await abroad?.stop();
  await house?.close();
});

const atHome = () => appRouter.createCaller({ lab: home.lab, actor: 'owner' });
const away = () => appRouter.createCaller({ lab: abroad, actor: 'owner' });
const idOf = (url: string) => new URL(url).pathname.split('/').at(-1)!;

/** The bundle as files, for tests that spoil one. */
async function filesOf(): Promise<{ name: string; text: string }[]> {
  const response = await fetch(`${homeServer.address}${bundlePath(id)}`);
  const entries = await unpackTar(gunzipSync(Buffer.from(await response.arrayBuffer())));
  return entries.map(({ header, data }) => ({ name: header.name, text: Buffer.from(data!).toString() }));
}

async function bundleOf(files: readonly { name: string; text: string }[]): Promise<Buffer> {
  return gzipSync(
    await packTar(
      files.map(({ name, text }) => ({ header: { name, size: Buffer.byteLength(text) }, body: text })),
    ),
  );
}

describe('a bundle', { timeout: 120_000 }, () => {
  it('is published to another server with its checkpoint, told apart, and evaluated there as in training', async () => {
    const other = { id, address: abroadServer.address, token: SECRET };
    const { url } = await atHome().bundles.push({ ...other, checkpoint: true, from: homeServer.address });
    const copy = await away().runs.get({ id: idOf(url) });
    const original = await atHome().runs.get({ id });
    const lastOf = async (lab: typeof home.lab) => {
      await lab.actions.settled();
      return (await lab.store.actions.list(1, null)).actions[0];
    };
    const { host } = new URL(abroadServer.address);
    expect(await lastOf(home.lab)).toMatchObject({ procedure: 'bundles.push', details: { address: host } });
    expect(await lastOf(abroad)).toMatchObject({
      procedure: 'imports.bundle',
      subjects: [{ id: copy.id, name: 'far away', isNew: true }],
    });
    expect(copy).toMatchObject({
      name: 'far away',
      note: 'two iterations',
      tags: ['paper'],
      state: 'finished',
      importedFrom: { runId: id, lab: homeServer.address },
    });
    for (const part of [
      'config',
      'iteration',
      'lastCheckpoint',
      'evaluations',
      'transitions',
      'provenance',
      'facts',
      'startedAt',
      'endedAt',
      'createdAt',
      'lastSeq',
    ] as const)
      expect(copy[part], part).toEqual(original[part]);
    const curves = async (lab: typeof home.lab, runId: string) =>
      lab.store.series.readAll(await lab.store.runs.require(runId));
    expect(await curves(abroad, copy.id)).toEqual(await curves(home.lab, id));
    const episodes = (lab: typeof home.lab, runId: string) => lab.store.episodes.recorded(runId, '', 100);
    expect((await episodes(home.lab, id)).length).toBeGreaterThan(0);
    expect(await episodes(abroad, copy.id)).toEqual(await episodes(home.lab, id));
    expect(await away().episodes.overview({ runId: copy.id })).toEqual(
      await atHome().episodes.overview({ runId: id }),
    );

    const final = copy.evaluations.at(-1)!;
    await away().checkpoints.evaluate({ ...replayRequestOf(final), id: copy.id });
    await expect.poll(() => abroad.jobs.replays.list(), { timeout: 100_000 }).toEqual([]);
    const { checkpoints } = await away().checkpoints.list({ id: copy.id });
    expect(checkpoints.at(-1)?.replays[0]?.evaluation.successes).toBe(final.successes);

    await expect(atHome().bundles.push({ ...other, checkpoint: false, from: '' })).rejects.toThrow(
      /This run is here already: far away/,
    );
    await away().runs.remove({ id: copy.id });
  });

  it('is pulled from another server, without a checkpoint unless asked, and goes home under its first origin', async () => {
    const pulled = await away().bundles.pull({
      id,
      address: homeServer.address,
      token: '',
      checkpoint: false,
    });
    expect(existsSync(join(house.dataFolder, 'runs', pulled.id))).toBe(false);
    await expect(
      away().checkpoints.evaluate({
        ...replayRequestOf((await away().runs.get({ id: pulled.id })).evaluations.at(-1)!),
        id: pulled.id,
      }),
    ).rejects.toThrow(/on the machine that trained it/);
    await expect(
      away().bundles.push({
        id: pulled.id,
        address: homeServer.address,
        token: '',
        checkpoint: false,
        from: '',
      }),
    ).rejects.toThrow(/This run is here already: far away/);
    await away().runs.remove({ id: pulled.id });
  });

  it('says what is wrong with an address, a token and a run', async () => {
    const pull = (changes: object) =>
      away().bundles.pull({ id, address: homeServer.address, token: '', checkpoint: false, ...changes });
    await expect(pull({ address: 'ftp://example.org' })).rejects.toThrow(/is no address of a lab/);
    await expect(pull({ address: 'http://127.0.0.1:9' })).rejects.toThrow(/127.0.0.1:9 does not answer/);
    await expect(pull({ id: 'bcdfghjk' })).rejects.toThrow(/There is no run bcdfghjk/);
    await expect(
      atHome().bundles.push({
        id,
        address: abroadServer.address,
        token: 'wrong',
        checkpoint: false,
        from: '',
      }),
    ).rejects.toThrow(/token: .* does not take it/);
    const post = (headers: Record<string, string>) =>
      abroadServer.ask(BUNDLE_IMPORT_PATH, { method: 'POST', body: 'x', headers });
    expect((await post({})).status).toBe(401);
    const crossSite = { Origin: 'http://elsewhere.example', 'Content-Type': 'text/plain' };
    expect((await post(crossSite)).status).toBe(403);
    const refused = await fetch(`${abroadServer.address}${bundlePath(id)}`);
    expect(refused.status).toBe(401);
  });

  it('that is broken is refused in words and leaves nothing behind', async () => {
    const files = await filesOf();
    expect(files.map(({ name }) => name)).toEqual([
      'bundle.json',
      'events-00001.jsonl',
      'episodes-00001.jsonl',
    ]);
    const spoiled = (change: (text: string) => string, at: number) =>
      bundleOf(files.map((file, index) => (index === at ? { ...file, text: change(file.text) } : file)));
    const cases: [Buffer, RegExp][] = [
      [Buffer.from('no archive'), /no whole bundle/],
      [gzipSync(Buffer.from('no tar')), /bundle/],
      [(await bundleOf(files)).subarray(0, 400), /no whole bundle/],
      [await bundleOf(files.slice(1)), /begins with events-00001.jsonl/],
      [await spoiled((text) => text.replace('"version":1', '"version":2'), 0), /bundle.json: version/],
      [await spoiled((text) => text.replace('"hae"', '"none"'), 0), /run.config: estimator/],
      [
        await spoiled((text) => text.replace('"kind":"state"', '"kind":"odd"'), 1),
        /events-00001.jsonl, line 1/,
      ],
      [await spoiled((text) => `${text}${text}`, 1), /comes after event/],
      [
        await spoiled((text) => text.replace('"kind":"finished"', '"kind":"failed","reason":""'), 1),
        /no event of kind failed/,
      ],
      [
        await spoiled((text) => text.replace('"gameId"', '"game"'), 2),
        /episodes-00001.jsonl, line 1: gameId/,
      ],
      [await bundleOf([...files, { name: 'checkpoint.safetensors', text: 'no weights' }]), /./],
    ];
    for (const [bundle, message] of cases)
      await expect(importBundle(abroad, Readable.from([bundle]))).rejects.toThrow(message);
    expect((await away().runs.list()).map(({ name }) => name)).toEqual([]);
    // Files of later versions are passed over; a run that had not ended is called cancelled.
    const [head, ...events] = files;
    const later = await bundleOf([
      { name: head!.name, text: head!.text.replace('"state":"finished"', '"state":"running"') },
      ...events,
      { name: 'dreams-00001.jsonl', text: 'what is to come' },
    ]);
    const { id: copyId } = await importBundle(abroad, Readable.from([later]));
    expect(await away().runs.get({ id: copyId })).toMatchObject({
      state: 'cancelled',
      failure: null,
      iteration: 2,
    });
  });
});
