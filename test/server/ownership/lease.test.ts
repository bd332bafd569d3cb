import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markOf, stateOf } from '../../../server/ownership/identity.ts';
import { type Holder, type LeaseOptions, takeLease } from '../../../server/ownership/lease.ts';
import {
  changeHands,
  formatLease,
  type LeaseContent,
  parseLease,
  readLease,
  renewLease,
} from '../../../server/ownership/lease-file.ts';

const CONTENDER = join(import.meta.dirname, 'contender.ts');
const PERIOD_MS = 1_500;
const quick = { periodMs: PERIOD_MS, renewMs: 150 };
const elsewhere: LeaseContent = { ...markOf(process.pid), place: 'another container', token: 'theirs' };

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hiper-lease-'));
  path = join(folder, 'x.lock');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function contender(periodMs = PERIOD_MS): ChildProcess {
  const child = fork(CONTENDER, [path, String(periodMs)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  children.push(child);
  return child;
}

async function ask(child: ChildProcess, word: string): Promise<string> {
  const answer = once(child, 'message');
  child.send(word);
  return (await answer)[0] as string;
}

/** Waits for the lease; returns how it went. */
async function take(options: Partial<LeaseOptions> = {}) {
  const started = performance.now();
  const seen: Holder[] = [];
  const lease = await takeLease(path, { ...quick, onHeld: (holder) => void seen.push(holder), ...options });
  return { lease, seen, ms: performance.now() - started };
}

const refuse = ({ mark, alive }: Holder) => {
  if (alive) throw new Error(`held by ${mark?.pid}`);
};

describe('an owner that is there', () => {
  it('is seen at once in the same place, and the next one gets its turn after the release', async () => {
    const first = await take();
    expect(first.ms).toBeLessThan(PERIOD_MS);
    const second = await take({
      onHeld: ({ alive, first: isFirst }) => {
        expect(alive).toBe(true);
        if (!isFirst) first.lease?.release();
      },
    });
    expect(second.lease?.lost).toBe(false);
    second.lease?.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is known elsewhere by its renewals', async () => {
    writeFileSync(path, formatLease(elsewhere));
    let count = 0;
    const timer = setInterval(() => renewLease(path, 'theirs', ++count), 150);
    await expect(take({ onHeld: refuse })).rejects.toThrow(`held by ${process.pid}`);
    clearInterval(timer);
  });

  it('renews while its own thread is busy for longer than a period', async () => {
    const owner = contender();
    expect(await ask(owner, 'take')).toBe('taken');
    owner.send('block');
    await sleep(PERIOD_MS);
    const before = readLease(path);
    await sleep(PERIOD_MS / 2);
    expect(readLease(path)).not.toBe(before);
  });

  it('waits no longer when there is nothing left to do', async () => {
    writeFileSync(path, formatLease(elsewhere));
    expect((await take({ satisfied: () => true })).lease).toBeNull();
  });
});

describe('an owner that is gone', () => {
  it('is replaced at once where its end can be proven', async () => {
    const owner = contender();
    await ask(owner, 'take');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const { lease, seen, ms } = await take();
    expect(seen).toEqual([]);
    expect(ms).toBeLessThan(PERIOD_MS);
    lease?.release();
  });

  it('is replaced at once where this process has its id now', async () => {
    for (const mark of [markOf(process.pid), { ...markOf(process.pid), identity: 'an earlier life' }]) {
      writeFileSync(path, formatLease({ ...mark, token: 'of an earlier process' }));
      const { lease, seen } = await take();
      expect(seen).toEqual([]);
      lease?.release();
    }
  });

  it.each([
    ['elsewhere', formatLease(elsewhere)],
    ['before it could write', ''],
    ['leaving garbage', '\0\0\0\0'],
    ['leaving a bare process id, as earlier versions did', String(process.pid)],
  ])('is replaced after a whole period without a sign of life, when it died %s', async (_, text) => {
    writeFileSync(path, text);
    const { lease, seen, ms } = await take();
    expect(ms).toBeGreaterThanOrEqual(PERIOD_MS);
    expect(seen.filter(({ first }) => first)).toHaveLength(1);
    expect(seen.some(({ alive }) => alive)).toBe(false);
    expect(seen[0]?.leftMs).toBeGreaterThan(seen.at(-1)?.leftMs ?? Number.POSITIVE_INFINITY);
    lease?.release();
  });

  it('may have died in the gate', async () => {
    mkdirSync(`${path}.taking`);
    writeFileSync(join(`${path}.taking`, 'a draft'), '');
    const { lease, ms } = await take();
    expect(ms).toBeGreaterThanOrEqual(PERIOD_MS);
    expect(parseLease(readLease(path) ?? '')?.token).toBe(lease?.token);
    expect(existsSync(`${path}.taking`)).toBe(false);
    lease?.release();
  });
});

describe('an owner that lost its lease', () => {
  const takeOver = () => expect(changeHands(path, () => true, elsewhere)).toBe(true);

  it('knows it, and touches the new owner’s no more', async () => {
    const { lease } = await take();
    takeOver();
    const theirs = readLease(path);
    expect(renewLease(path, lease?.token ?? '', 7)).toBe(false);
    while (!lease?.lost) await sleep(10);
    lease.release();
    expect(readLease(path)).toBe(theirs);
  });

  it('is stopped at once where it asked for a fence, also in the middle of something long', async () => {
    const owner = contender();
    await ask(owner, 'take');
    owner.send('block');
    const said = once(owner.stderr!, 'data');
    const ended = once(owner, 'exit');
    takeOver();
    expect(String((await said)[0])).toBe('lost it\n');
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('keeps one that somebody has deleted', async () => {
    const { lease } = await take();
    rmSync(path);
    while (!existsSync(path)) await sleep(10);
    expect(parseLease(readLease(path) ?? '')?.token).toBe(lease?.token);
    expect(lease?.lost).toBe(false);
    lease?.release();
  });
});

it('has one owner when many start at once on what a dead one left', async () => {
  const starters = Array.from({ length: 8 }, () => contender(10_000));
  const gone = { ...markOf(2 ** 22 + 1), token: 'gone' };
  expect(stateOf(gone)).toBe('gone');
  for (let round = 0; round < Number(process.env.LEASE_ROUNDS ?? 5); round++) {
    writeFileSync(path, formatLease(gone));
    const answers = await Promise.all(starters.map((starter) => ask(starter, 'take')));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
    const winner = starters[answers.indexOf('taken')]!;
    expect(answers.filter((answer) => answer === `held by process ${winner.pid}`)).toHaveLength(7);
    expect(parseLease(readFileSync(path, 'utf8'))?.pid).toBe(winner.pid);
    await ask(winner, 'release');
    expect(readdirSync(folder)).toEqual([]);
  }
});

const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const hasNamespaces = spawnSync(NAMESPACE[0]!, [...NAMESPACE.slice(1), 'true']).status === 0;

describe.runIf(hasNamespaces)('two PID namespaces', () => {
  const inNamespace = () => {
    const child = spawn(NAMESPACE[0]!, [
      ...NAMESPACE.slice(1),
      process.execPath,
      CONTENDER,
      path,
      String(PERIOD_MS),
    ]);
    children.push(child);
    return { child, said: once(child.stdout, 'data').then(([text]) => String(text).trim()) };
  };

  it('see each other’s signs of life, and take over when they end', async () => {
    const first = inNamespace();
    expect(await first.said).toBe('taken');
    expect(parseLease(readLease(path) ?? '')?.pid).toBe(1);
    const second = inNamespace();
    expect(await second.said).toBe('held by process 1');
    await expect(take({ onHeld: refuse })).rejects.toThrow('held by 1');

    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const { lease, ms } = await take();
    expect(ms).toBeGreaterThanOrEqual(PERIOD_MS * 0.9);
    lease?.release();
  });
});
