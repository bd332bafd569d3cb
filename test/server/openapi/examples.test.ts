import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../server/contract/views.ts';
import type { OpenApiDocument } from '../../../server/openapi/types.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { startServer, type TestServer } from '../http/start-server.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

const SECRET = 'a rather long secret 4711';
const DOCS = readFileSync(join(import.meta.dirname, '../../../docs/api.md'), 'utf8');

/** The examples of the docs in a language, without those that only set variables. */
const examples = (language: string) =>
  [...DOCS.matchAll(new RegExp(`\`\`\`${language}\\n([^\`]+)\`\`\``, 'g'))]
    .map(([, text]) => text!)
    .filter((text) => !text.startsWith('export '));
const has = (program: string) => spawnSync(program, ['--version']).status === 0;

let house: TestHouse;
let lab: TestLab;
let server: TestServer;
let run: string;
const folder = temporaryFolder('hiper-api');

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start({ secret: SECRET });
  server = await startServer(lab);
  run = await lab.launch({}, 4);
  await lab.until(run, 'finished');
});
afterAll(async () => {
  await server.close();
  await lab.stop();
  await house.close();
});

async function makeKey(...scopes: ('read' | 'metrics' | 'control')[]): Promise<string> {
  return (await lab.keys.create({ name: 'test', scopes, expiresAt: null })).key;
}

async function runExample(program: string, args: string[]): Promise<string> {
  const HIPER_KEY = await makeKey('read', 'control');
  const env = { ...process.env, HIPER_URL: server.address, HIPER_KEY, RUN: run };
  return new Promise((resolve, reject) =>
    execFile(program, args, { cwd: folder, env }, (error, out, err) =>
      error ? reject(new Error(`${error.message}\n${err}`)) : resolve(out),
    ),
  );
}

describe('/api/openapi.json', () => {
  it('is there for every key, whatever it may do, and for nobody else', async () => {
    expect((await server.ask('/api/openapi.json')).status).toBe(401);
    const headers = { authorization: `Bearer ${await makeKey('metrics')}` };
    const answer = await server.ask('/api/openapi.json', { headers });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ openapi: '3.1.0', info: { title: 'HiPER Lab' } });
  });

  it('says the truth about scopes: each procedure takes a key of the scope named, and none of another', async () => {
    const headers = { authorization: `Bearer ${SECRET}` };
    const { paths } = JSON.parse(
      (await server.ask('/api/openapi.json', { headers })).body,
    ) as OpenApiDocument;
    const narrow = { authorization: `Bearer ${await makeKey('metrics')}` };
    for (const [path, methods] of Object.entries(paths).filter(([path]) => path.startsWith('/api/trpc/')))
      for (const [method, { security }] of Object.entries(methods)) {
        if (security.some((each) => Object.keys(each).length === 0)) continue;
        const body = method === 'post' ? { method: 'POST', body: '{}' } : {};
        const asked = { headers: { ...narrow, 'content-type': 'application/json' }, ...body };
        const answer = await server.ask(path, asked);
        expect(`${path} ${answer.status} ${answer.body}`).toContain(
          `${path} 403 {"error":{"message":"This key lacks the scope`,
        );
        expect(answer.body).toContain(`(${security[0]!.key![0]})`);
      }
  });
});

it('describes answers as they are', async () => {
  const headers = { authorization: `Bearer ${SECRET}` };
  const document = JSON.parse((await server.ask('/api/openapi.json', { headers })).body) as OpenApiDocument;
  const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(document, 'api');
  const point = (path: string) => path.replaceAll('~', '~0').replaceAll('/', '~1');
  const problems = async (procedure: string, input?: object) => {
    const path = `/api/trpc/${procedure}`;
    const query = input ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
    const answer = await server.ask(path + query, { headers });
    const schema = `api#/paths/${point(path)}/get/responses/200/content/application~1json/schema`;
    const fits = ajv.validate({ $ref: schema }, JSON.parse(answer.body));
    return { procedure, status: answer.status, problems: fits ? null : ajv.errorsText() };
  };
  for (const asked of [
    ['runs.list'],
    ['runs.get', { id: run }],
    ['runs.logs', { id: run, limit: 10 }],
    ['metrics.snapshots', { runIds: [run] }],
    ['metrics.window', { runIds: [run], from: 0, to: 4 }],
    ['episodes.overview', { runId: run }],
    ['episodes.list', { runId: run, filter: {} }],
    ['checkpoints.list', { id: run }],
    ['leaderboard.get', {}],
    ['statistics.scores', { protocol: {} }],
    ['keys.list'],
    ['system.info'],
    ['variance.get', { id: run }],
  ] as [string, object?][])
    expect(await problems(...asked)).toEqual({ procedure: asked[0], status: 200, problems: null });
  // That it can fail: another answer than that of the procedure.
  const list = `api#/paths/${point('/api/trpc/runs.list')}/get/responses/200/content/application~1json/schema`;
  expect(ajv.validate({ $ref: list }, { result: { data: [{ id: 4 }] } })).toBe(false);
});

describe('the examples of docs/api.md', () => {
  it.runIf(has('curl'))('with curl do what they say', async () => {
    const outputs: string[] = [];
    for (const text of examples('sh')) outputs.push(await runExample('sh', ['-ec', text]));
    expect(outputs).toHaveLength(3);
    const { result } = JSON.parse(outputs[0]!) as { result: { data: RunSummary[] } };
    expect(result.data).toMatchObject([{ id: run, state: 'finished', starred: false }]);
    expect((await lab.store.runs.require(run)).starred).toBe(true);
    expect(existsSync(join(folder, 'run.parquet'))).toBe(true);
  });

  it.runIf(has('python3'))('in Python prints every finished run', async () => {
    const [text, ...rest] = examples('python');
    expect(rest).toEqual([]);
    expect(await runExample('python3', ['-c', text!])).toBe(`${run} {} 4 0.4\n`);
  });
});
