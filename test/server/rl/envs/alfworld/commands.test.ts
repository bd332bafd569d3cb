import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { PROBLEM } from './small-problem.ts';

vi.setConfig({ testTimeout: 60_000 }); // every run starts a Node process, slow on a busy machine

const folder = mkdtempSync(join(tmpdir(), 'alfworld-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Wins with the cleaning: mug 2 is still listed in shelf 2. */
const PLAN = [
  'go to shelf 1',
  'take mug 2 from shelf 1',
  'go to sinkbasin 1',
  'clean mug 2 with sinkbasin 1',
];

function write(name: string, record: object): string {
  const path = join(folder, name);
  writeFileSync(path, brotliCompressSync(JSON.stringify(record)));
  return path;
}

function writeGame(name: string, walkthrough: string[]): string {
  return write(name, {
    id: 'train/small/trial',
    task_type: 'pick_clean_then_place_in_recep',
    task: 'put a clean mug in shelf.',
    walkthrough,
    solvable: true,
    pddl_problem: PROBLEM,
  });
}

function run(command: string, ...args: string[]) {
  const script = resolve(import.meta.dirname, `../../../../../server/rl/envs/alfworld/${command}.ts`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, stdout, lastLine: stdout.trim().split('\n').at(-1), stderr };
}

describe('alfworld:walkthroughs', () => {
  test('counts what wins and names what does not', () => {
    expect(run('walkthroughs', writeGame('good.jsonl.br', PLAN))).toMatchObject({
      status: 0,
      lastLine: '1 walkthroughs, 0 failures',
    });
    const failed = run('walkthroughs', writeGame('bad.jsonl.br', PLAN.slice(0, -1)));
    expect(failed).toMatchObject({ status: 1, lastLine: '1 walkthroughs, 1 failures' });
    expect(failed.stdout).toContain('train/small/trial: command 3 of 3, "go to sinkbasin 1", does not win');
  });
});

describe('alfworld:replay', () => {
  const games = writeGame('games.jsonl.br', PLAN);
  const record = (game: string, obs: string) =>
    write('play.jsonl.br', { game, episodes: [{ kind: 'x', steps: [{ cmd: 'inventory', obs }] }] });

  test('exits with 0 when everything agrees', () => {
    const same = record('train/small/trial', 'You are not carrying anything.');
    expect(run('replay', same, '--games', games)).toMatchObject({
      status: 0,
      lastLine: '1 steps, 0 mismatches',
    });
  });

  test('exits with 1 and prints the first difference in full', () => {
    const different = run('replay', record('train/small/trial', 'A hat.'), '--games', games);
    expect(different).toMatchObject({ status: 1, lastLine: '1 steps, 1 mismatches' });
    expect(different.stdout).toContain(
      'First difference: train/small/trial, episode "x", step 1: "inventory"',
    );
    expect(different.stdout).toContain('"A hat."');
  });

  test('says which games are absent, and does not call that a success', () => {
    const absent = run('replay', record('train/other/trial', ''), '--games', games);
    expect(absent).toMatchObject({ status: 1, lastLine: '0 steps, 0 mismatches' });
    expect(absent.stdout).toContain(
      '1 episodes not replayed: 1 of their games are in none of the --games files:\n  train/other/trial',
    );
  });

  test('a missing or unknown argument is explained', () => {
    expect(run('replay', games)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--games GAMES.jsonl.br'),
    });
    expect(run('replay', '--bogus').stderr).toContain("Unknown option '--bogus'");
    expect(run('replay', '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('npm run -s alfworld:replay'),
    });
  });
});
