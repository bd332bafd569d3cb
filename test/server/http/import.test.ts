import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportResult } from '../../../server/contract/imports.ts';
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

interface Sent {
  files?: Record<string, string>;
  fields?: [string, string][];
  headers?: Record<string, string>;
}

async function send({ files = {}, fields = [], headers }: Sent) {
  const form = new FormData();
  for (const [name, text] of Object.entries(files)) form.append('file', new Blob([text]), name);
  for (const [name, value] of fields) form.append(name, value);
  const authorization = `Bearer ${SECRET}`;
  const response = await fetch(`${server.address}/api/import`, {
    method: 'POST',
    body: form,
    headers: headers ?? { authorization },
  });
  return { status: response.status, body: await response.json() };
}

const GOOD = { 'a.csv': 'step,reward\n1,0.5\n2,1\n' };

describe('an import over http', () => {
  it('answers with the runs it made', async () => {
    const { status, body } = await send({
      files: GOOD,
      fields: [
        ['name', 'mine'],
        ['param', 'note=a=b'],
        ['param', 'seed=2'],
      ],
    });
    expect(status).toBe(200);
    const { runs } = body as ImportResult;
    expect(runs).toMatchObject([{ name: 'mine', steps: 2, metrics: 1 }]);
    expect((await lab.store.runs.require(runs[0]!.id)).foreign?.params).toEqual({ note: 'a=b', seed: '2' });
    const csv = await server.ask(`/api/export/${runs[0]!.id}.csv`, {
      headers: { authorization: `Bearer ${SECRET}` },
    });
    expect(csv.body).toBe('iteration,reward\n1,0.5\n2,1\n');
  });

  it.each([
    ['no file', {}, 400, 'Choose at least one file'],
    ['a wrong file', { files: { 'a.csv': 'step,a\n1,x\n2,1\n' } }, 422, 'a.csv, line 2'],
    ['a param without a value', { files: GOOD, fields: [['param', 'seed']] }, 400, 'write key=value'],
    ['a text in place of a file', { fields: [['file', 'step,a']] }, 400, 'file: send a file'],
    ['a name that is no text', { files: GOOD, fields: [['name', 'a\u0007b']] }, 400, 'name: holds U+0007'],
  ] satisfies [string, Sent, number, string][])('refuses %s', async (_, sent, status, words) => {
    const before = (await lab.store.runs.list()).length;
    const answer = await send(sent);
    expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(words) } });
    expect(await lab.store.runs.list()).toHaveLength(before);
  });

  it('refuses what is no form, or more than is read at once', async () => {
    const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
    expect(await server.ask('/api/import', { method: 'POST', headers, body: '{}' })).toMatchObject({
      status: 400,
      body: expect.stringContaining('multipart/form-data'),
    });
    const broken = { ...headers, 'content-type': 'multipart/form-data; boundary=x' };
    expect(
      await server.ask('/api/import', { method: 'POST', headers: broken, body: 'nonsense' }),
    ).toMatchObject({
      status: 400,
      body: expect.stringContaining('cut off'),
    });
    expect(await send({ files: { 'a.csv': 'x'.repeat(65e6) } })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('larger than 64 MB') },
    });
  });

  it('wants the owner or a key that may write metrics', async () => {
    expect((await send({ files: GOOD, headers: {} })).status).toBe(401);
    const reader = await lab.keys.create({ name: 'r', scopes: ['read'], expiresAt: null });
    const writer = await lab.keys.create({ name: 'w', scopes: ['metrics'], expiresAt: null });
    const by = (key: string) => ({ authorization: `Bearer ${key}` });
    expect((await send({ files: GOOD, headers: by(reader.key) })).status).toBe(403);
    expect((await send({ files: GOOD, headers: by(writer.key) })).status).toBe(200);
  });
});
