import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyScope } from '../../../server/contract/keys.ts';
import type { SharedView } from '../../../server/contract/views.ts';
import type { Gateway } from '../../../server/live/gateway.ts';
import { openGateway, startServer, type TestServer } from '../../server/http/start-server.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../../server/test-lab.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { labCommand, startLabCommand } from './lab-commands.ts';

const SECRET = 'a rather long secret 4711';

let house: TestHouse;
let lab: TestLab;
let server: TestServer;
let gateway: Gateway;
const keys = new Map<KeyScope, string>();
/** Two finished runs that differ in their number of iterations, the second one tagged; and one of another trainer. */
let first: string;
let second: string;
let foreign: string;

const call = (args: string[], scope: KeyScope = 'read') =>
  labCommand(args, { HIPER_URL: server.address, HIPER_KEY: keys.get(scope)! });
const start = (args: string[]) =>
  startLabCommand(args, { HIPER_URL: server.address, HIPER_KEY: keys.get('read')! });
const at = (args: string[], env: Record<string, string>) =>
  labCommand(args, { HIPER_URL: server.address, ...env });

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start({ secret: SECRET });
  server = await startServer(lab);
  gateway = openGateway(lab, server);
  for (const scope of ['read', 'metrics', 'admin'] as const)
    keys.set(scope, (await lab.keys.create({ name: scope, scopes: [scope], expiresAt: null })).key);
  first = await lab.launch({}, 4);
  second = await lab.launch({}, 6);
  await lab.until(first, 'finished');
  await lab.until(second, 'finished');
  await lab.store.runs.update(second, { name: 'the second \u001b[31mrun' });
  await lab.store.runs.label([second], { addTags: ['good'] });
  const experiment = await lab.store.experiments.create('elsewhere', {});
  foreign = await lab.foreign.start({
    ...{ name: 'elsewhere', note: '', experimentId: experiment.id, source: 'a script' },
    ...{ params: { lr: '0.1' }, tags: {}, startedAt: Date.now(), reason: 'streamed' },
  });
});
afterAll(async () => {
  await gateway.close();
  await server.close();
  await lab.stop();
  await house.close();
});

describe('npm run lab', () => {
  it('explains itself and every command', async () => {
    const { code, out } = await at(['--help'], {});
    expect(code).toBe(0);
    for (const command of ['ls', 'tail', 'diff', 'export', 'share', 'import']) {
      expect(out).toContain(`  ${command} `);
      const help = await at([command, '--help'], {});
      expect(help).toMatchObject({ code: 0, err: '' });
      expect(help.out).toContain(`lab -- ${command} `);
      expect(help.out).toContain('--url URL');
    }
  });

  it.each([
    [[], 2, 'name a command: ls, tail'],
    [['list'], 2, 'there is no command list: ls, tail'],
    [['ls', '--state', 'done'], 2, '--state: done is none of active, queued'],
    [['ls', '--estimator', 'sac'], 2, '--estimator: sac is none of'],
    [['ls', '--limit', '0'], 2, '--limit: 0 is not a whole number from 1 on'],
    [['ls', '--colour'], 2, "Unknown option '--colour'"],
    [['ls', '--url', 'lab.example'], 2, '--url: lab.example is not the address of a server'],
    [['ls', '--url', 'http://127.0.0.1:9'], 3, 'no HiPER Lab answers at http://127.0.0.1:9'],
    [['tail'], 2, 'name one run'],
    [['diff', 'abcdef'], 2, 'name from 2 to 200 runs'],
    [['export', 'abcdef', '--format', 'xlsx'], 2, '--format: xlsx is none of csv, json, parquet, bundle'],
    [['export', 'abcdef', '--checkpoint'], 2, '--checkpoint: only a bundle has one'],
    [['share'], 2, 'name from 1 to 50 runs'],
    [['import'], 2, 'name the files to import'],
  ])('%j ends with %i and says what to do', async (args, code, words) => {
    const ended = await call(args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(words);
  });

  it('tells a missing key, a wrong key and a missing scope apart', async () => {
    const none = await at(['ls'], {});
    expect(none).toMatchObject({ code: 4, err: expect.stringContaining('set HIPER_KEY to it') });
    const wrong = await at(['ls'], { HIPER_KEY: `hiper_${'x'.repeat(43)}` });
    expect(wrong).toMatchObject({ code: 4, err: expect.stringContaining('does not take this HIPER_KEY') });
    const narrow = await call(['ls'], 'metrics');
    expect(narrow).toMatchObject({ code: 4, err: expect.stringContaining('lacks the scope “Read” (read)') });
    const guest = await call(['share', first]);
    expect(guest).toMatchObject({ code: 4, err: expect.stringContaining('“Administer” (admin)') });
    const reader = await call(['import', join(import.meta.dirname, 'lab.test.ts')]);
    expect(reader).toMatchObject({ code: 4, err: expect.stringContaining('“Write metrics” (metrics)') });
    expect((await at(['ls'], { HIPER_SECRET: SECRET })).code).toBe(0);
  });

  it('knows a run by its first letters, and suggests one whose id or name is near', async () => {
    // No id has a vowel.
    const mistyped = `${first.slice(0, 3)}a${first.slice(4)}`;
    const near = await call(['tail', mistyped, '--no-follow']);
    expect(near.code).toBe(5);
    expect(near.err).toContain(`there is no run ${mistyped}. Did you mean ${first}`);
    expect((await call(['diff', first, 'second'])).err).toContain(
      `Did you mean ${second} (“the second run”)`,
    );
    expect((await call(['tail', 'zzzzzzzzzzzzzzzzzzzz'])).err).toContain('npm run lab -- ls lists them');
    expect((await call(['tail', first.slice(0, -2), '--no-follow'])).code).toBe(0);
  });
});

it('ends as a process with what it did', async () => {
  const main = join(import.meta.dirname, '../../../app/_cli/main.ts');
  const env = { ...process.env, HIPER_URL: 'http://127.0.0.1:9' };
  const ended = await new Promise<string>((resolve) =>
    execFile(process.execPath, [main, 'ls'], { env }, (error, out, err) =>
      resolve(`${error?.code} ${out} ${err}`),
    ),
  );
  expect(ended).toMatch(/^3 {2}no HiPER Lab answers at /);
});

describe('ls', () => {
  it('is a table that nothing in a name can break', async () => {
    const { code, out, err } = await call(['ls']);
    expect(code).toBe(0);
    const [head, ...rows] = out.trimEnd().split('\n');
    expect(head).toMatch(/^ID +NAME +STATE +METHOD +SEED +ITERATION +SUCCESS +EVALUATION +LAUNCHED +TAGS$/);
    expect(rows).toHaveLength(3);
    expect(rows.find((row) => row.startsWith(second))).toMatch(
      /the second run +finished +.* 6\/6 +60\.0 % +final 6 of 10 on valid_seen .* good$/,
    );
    expect(out).not.toContain('\u001b');
    expect(err).toBe('3 of 3 runs\n');
  });

  it('filters as the page does, and by flags', async () => {
    const ids = async (...args: string[]) =>
      (await call(['ls', '--ids', ...args])).out.split('\n').filter(Boolean).sort();
    expect(await ids()).toEqual([first, second, foreign].sort());
    expect(await ids('--tag', 'good')).toEqual([second]);
    expect(await ids('--state', 'finished,failed')).toEqual([first, second].sort());
    expect(await ids('--state', 'active')).toEqual([foreign]);
    expect(await ids('--estimator', 'hae')).toEqual([first, second].sort());
    expect(await ids('--estimator', 'grpo')).toEqual([]);
    expect(await ids('iterations>=6')).toEqual([second]);
    expect(await ids('second', 'run')).toEqual([second]);
    expect(await ids('--archived')).toEqual([]);
    expect(await ids('--limit', '1')).toEqual([foreign]);
  });

  it('gives the objects of the API as JSON', async () => {
    const { out } = await call(['ls', '--tag', 'good', '--json']);
    expect(JSON.parse(out)).toMatchObject([{ id: second, state: 'finished', lastSuccess: 0.6 }]);
  });
});

describe('tail', () => {
  it('prints the end of a log and ends with the run', async () => {
    const { code, out, err } = await call(['tail', first, '--lines', '3']);
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(3);
    expect(out).toContain('evaluation of iteration 4 on valid_seen');
    expect(err).toContain('finished, iteration 4 of 4, training success 40.0 %');
  });

  it('follows a run that trains to its end, without gap or double, also across a lost connection', async () => {
    // However long a program takes to start, it sees the beginning of the run.
    const waitFor = join(temporaryFolder('hiper-lost'), 'lost');
    const id = await lab.launch({ ms: 20, waitFor }, 20);
    await lab.until(id, 'running');
    const network = await openNetwork(server.address);
    const watching = start(['tail', id, '--metrics', 'success,tokens', '--url', network.address]);
    await expect.poll(() => watching.out.text, { timeout: 20_000 }).toMatch(/\n\d+\t\S+\tNaN\n/);
    // The beginning may be told before the connection stands that can be lost.
    const cut = () => {
      network.lose();
      return watching.err.text;
    };
    await expect.poll(cut, { timeout: 20_000, interval: 250 }).toContain('The connection is lost');
    writeFileSync(waitFor, '');
    const { code, out } = await watching.ended;
    network.close();
    expect(code).toBe(0);
    const [head, ...rows] = out.trimEnd().split('\n');
    expect(head).toBe('iteration\tsuccess\ttokens');
    expect(rows).toEqual(Array.from({ length: 20 }, (_, row) => `${row + 1}\t${(row + 1) / 10}\tNaN`));
  });

  it('ends with 1 where the run fails, and says why', async () => {
    const id = await lab.launch({ ms: 400, giveUp: 'out of luck' }, 4);
    const { code, out } = await call(['tail', id]);
    expect(code).toBe(1);
    expect(out).toMatch(/state {3}running → failed: .*out of luck/);
  });

  it('tells the steps of another trainer, and events as JSON', async () => {
    const watching = start(['tail', foreign]);
    const asJson = start(['tail', foreign, '--json']);
    // It may not follow yet; what comes before that is told all the same.
    for (const { err } of [watching, asJson])
      await expect.poll(() => err.text, { timeout: 20_000 }).toContain('running');
    await lab.foreign.log(foreign, [{ key: 'my/loss', value: 0.25, step: 3, timestamp: Date.now() }]);
    await lab.foreign.setState(foreign, 'finished', 'Its trainer says FINISHED');
    const { code, out } = await watching.ended;
    expect(code).toBe(0);
    expect(out).toContain('step 3: my/loss 0.25');
    const events = (await asJson.ended).out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toContainEqual(expect.objectContaining({ kind: 'metrics', values: { 'my/loss': 0.25 } }));
  });

  it('refuses a metric that no run here has', async () => {
    const { code, err } = await call(['tail', first, '--metrics', 'sucess']);
    expect(code).toBe(2);
    expect(err).toContain('--metrics: sucess is none of success,');
  });
});

describe('diff', () => {
  it('shows what differs, and the results', async () => {
    const { code, out } = await call(['diff', first, second]);
    expect(code).toBe(0);
    expect(out).toMatch(/^These differ: iterations\.\n/);
    expect(out).toMatch(new RegExp(`FIELD +${first} +${second}\n`));
    expect(out).toMatch(/Run: Iterations \(iterations\) +4 +6\n/);
    expect(out).not.toContain('Kappa');
    expect(out).toMatch(/training success, last +40\.0 % +60\.0 %/);
    expect(out).toMatch(/valid_seen, .* n=10: latest +60\.0 % \(iteration 4\) +60\.0 % \(iteration 6\)/);
    expect((await call(['diff', first, second, '--all'])).out.length).toBeGreaterThan(2 * out.length);
  });

  it('says by its end whether configurations differ, where asked', async () => {
    expect((await call(['diff', first, second, '--exit-code'])).code).toBe(1);
    expect((await call(['diff', first, first, '--exit-code'])).code).toBe(0);
  });

  it('gives the same as JSON, params of another trainer among it', async () => {
    const { out } = await call(['diff', first, foreign, '--all', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      differs: true,
      runs: [{ id: first }, { id: foreign, origin: 'mlflow' }],
      params: [{ name: 'lr', values: ['—', '0.1'] }],
    });
  });
});

describe('export', () => {
  const folder = temporaryFolder('hiper-cli');

  it('saves what the server exports, by the ending of the file', async () => {
    const csv = join(folder, 'a.csv');
    expect((await call(['export', first, '--out', csv])).code).toBe(0);
    expect(readFileSync(csv, 'utf8')).toMatch(/^iteration,.*success.*\n1,/);
    const again = await call(['export', first, '--out', csv]);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('--force to replace it') });
    const parquet = join(folder, 'a.parquet');
    expect((await call(['export', first, '--out', parquet])).code).toBe(0);
    const rows = await parquetReadObjects({ file: new Uint8Array(readFileSync(parquet)).buffer });
    expect(rows.map(({ success }) => success)).toEqual([0.1, 0.2, 0.3, 0.4]);
    const { out } = await call(['export', first, '--format', 'json', '--out', '-']);
    expect(JSON.parse(out)).toMatchObject({ run: { id: first }, series: { iterations: [1, 2, 3, 4] } });
  });

  it('saves a bundle that another installation takes in', async () => {
    const bundle = join(folder, 'a.tar.gz');
    expect((await call(['export', first, '--out', bundle])).code).toBe(0);
    const other = await openTestHouse();
    const otherLab = await other.start();
    const otherServer = await startServer(otherLab);
    const answer = await fetch(`${otherServer.address}/api/import/bundle`, {
      method: 'POST',
      headers: { 'content-type': 'application/gzip' },
      body: readFileSync(bundle),
    });
    expect(answer.status).toBe(200);
    expect((await otherLab.store.runs.list())[0]).toMatchObject({ importedFrom: { runId: first } });
    await otherServer.close();
    await otherLab.stop();
    await other.close();
  });

  it('leaves no half of a file', async () => {
    const nowhere = join(folder, 'missing', 'a.csv');
    expect(await call(['export', first, '--out', nowhere])).toMatchObject({ code: 1 });
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe('share', () => {
  it('prints the link of one run or of several, and nothing else', async () => {
    const { code, out, err } = await call(['share', first], 'admin');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^${server.address}/s/[\\w-]{20,}\n$`));
    expect(err).toMatch(/^Until /);
    const json = await call(['share', first, second, '--title', 'Both', '--days', '2', '--json'], 'admin');
    const { url } = JSON.parse(json.out) as { url: string };
    const token = url.split('/').at(-1);
    const input = encodeURIComponent(JSON.stringify({ token }));
    const opened = await server.ask(`/api/trpc/shares.open?input=${input}`);
    const view = JSON.parse(opened.body).result.data as SharedView;
    expect(view).toMatchObject({ kind: 'comparison', title: 'Both', runs: [{ id: first }, { id: second }] });
  });
});

it('share makes a frozen link or none', async () => {
  const { code, out, err } = await call(['share', first, '--frozen', '--json'], 'admin');
  const made = (await lab.store.shares.list())[0]!;
  if (code === 0) expect(JSON.parse(out)).toMatchObject({ id: made.id, frozenAt: expect.any(Number) });
  else {
    expect(err).toContain('--frozen: this server makes live links only; nothing is shared');
    expect(made.revokedAt).not.toBeNull();
  }
});

describe('import', () => {
  it('makes runs of files and says where they are', async () => {
    const file = join(temporaryFolder('hiper-cli-import'), 'mine.csv');
    writeFileSync(file, 'step,reward\n1,0.5\n2,1\n');
    const { code, out } = await call(['import', file, '--param', 'seed=5'], 'metrics');
    expect(code).toBe(0);
    const [, id] = /^mine: 2 steps of 1 metrics: .*\/runs\/(\w+)\n$/.exec(out) ?? [];
    expect((await lab.store.runs.require(id!)).foreign?.params).toEqual({ seed: '5' });
    const broken = await call(['import', file, '--param', 'seed'], 'metrics');
    expect(broken).toMatchObject({ code: 2, err: expect.stringContaining('write key=value') });
  });
});

/** A way to a server that can be cut. */
async function openNetwork(address: string) {
  const { hostname, port } = new URL(address);
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const lose = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    lose,
    close() {
      lose();
      proxy.close();
    },
  };
}
