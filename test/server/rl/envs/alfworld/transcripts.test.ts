import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openCompactGames } from '../../../../../server/rl/envs/alfworld/compact-games.ts';
import { compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { checkStoredPlan } from '../../../../../server/rl/envs/alfworld/stored-plan.ts';
import {
  describeMismatch,
  type RecordedEpisode,
  readTranscripts,
  replayEpisode,
} from '../../../../../server/rl/envs/alfworld/transcripts.ts';
import { DATA_FOLDER, HAS_DATA } from './shared-data.ts';
import { smallKitchen } from './small-kitchen.ts';

const folder = mkdtempSync(join(tmpdir(), 'transcripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const kitchen = compileGame(smallKitchen());
const CLOSED = 'You arrive at fridge 1. The fridge 1 is closed.';

function episode(changes: Partial<RecordedEpisode>): RecordedEpisode {
  return { game: 'train/small-kitchen', kind: 'test', dialect: '2.1.3', reset: {}, steps: [], ...changes };
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, brotliCompressSync(text));
  return path;
}

describe('replayEpisode', () => {
  test('compares only what is recorded', () => {
    const steps = [{ cmd: 'go to fridge 1', obs: CLOSED }, { cmd: 'look', won: false }, { cmd: 'sing' }];
    expect(replayEpisode(kitchen, episode({ steps }))).toEqual({ steps: 3, mismatches: 0, first: null });
  });

  test.each([
    ['text', { obs: 'You arrive.' }],
    ['score', { score: 1 }],
    ['done', { done: true }],
    ['won', { won: true }],
    ['admissible list', { admissible: ['look'] }],
  ])('notices a different %s', (_, recorded) => {
    const steps = [{ cmd: 'look' }, { cmd: 'go to fridge 1', ...recorded }];
    const { mismatches, first } = replayEpisode(kitchen, episode({ steps }));
    expect(mismatches).toBe(1);
    expect(first).toMatchObject({
      step: 2,
      command: 'go to fridge 1',
      expected: recorded,
      actual: { obs: CLOSED },
    });
    expect(describeMismatch(first!)).toContain('step 2: "go to fridge 1"');
  });

  test('notices a different start and a different end', () => {
    expect(replayEpisode(kitchen, episode({ reset: { obs: 'Hello.' } })).first).toMatchObject({
      step: 0,
      command: null,
    });
    const steps = [{ cmd: 'look' }, { cmd: 'look' }];
    expect(replayEpisode(kitchen, episode({ steps, won: true }))).toMatchObject({
      mismatches: 1,
      first: { step: 2 },
    });
  });
});

describe('readTranscripts', () => {
  test('reads both kinds of lines and their dialect', () => {
    const lines = [
      {
        game: 'a',
        data_version: '2.1.1',
        episodes: [{ kind: 'x', obs: 'o', admissible: [], steps: [{ cmd: 'look' }] }],
      },
      { game: 'b', won: true, cmds: [['look', 'text']] },
    ];
    expect(
      readTranscripts(write('both.jsonl.br', lines.map((line) => JSON.stringify(line)).join('\n'))),
    ).toEqual([
      {
        game: 'a',
        kind: 'x',
        dialect: '2.1.1',
        reset: { obs: 'o', admissible: [] },
        steps: [{ cmd: 'look' }],
      },
      {
        game: 'b',
        kind: 'commands',
        dialect: '2.1.3',
        reset: {},
        steps: [{ cmd: 'look', obs: 'text' }],
        won: true,
      },
    ]);
  });

  test('names the file and line at fault', () => {
    expect(() => readTranscripts(write('broken.jsonl.br', '\n{"game": "a"}'))).toThrow(
      /broken\.jsonl\.br, line 2: there are neither "episodes" nor "cmds"/,
    );
    expect(() => readTranscripts(join(folder, 'absent.jsonl.br'))).toThrow(
      /absent\.jsonl\.br cannot be read/,
    );
  });
});

describe('checkStoredPlan', () => {
  test.each([
    [null, 'no walkthrough is stored'],
    [['go to fridge 1', 'dance'], 'command 2 of 2, "dance", is not admissible'],
    [['look'], 'command 1 of 1, "look", does not win'],
  ])('%j: %s', (walkthrough, fault) => {
    expect(checkStoredPlan(smallKitchen({ walkthrough }))).toBe(fault);
  });

  test('an early win is a fault, a win at the last command is none', () => {
    const plan = [
      'go to countertop 1',
      'take apple 2 from countertop 1',
      'go to sidetable 1',
      'move apple 2 to sidetable 1',
    ];
    const check = (walkthrough: string[]) =>
      checkStoredPlan(smallKitchen({ target: 'sidetable', walkthrough }));
    expect(check(plan)).toBeNull();
    expect(check([...plan, 'look'])).toContain('wins before the last');
    expect(checkStoredPlan(smallKitchen({ target: 'fridge', walkthrough: plan }))).toContain(
      'before the first command',
    );
  });
});

describe.skipIf(!HAS_DATA)('recordings of the original', () => {
  const lists = HAS_DATA
    ? ['train', 'valid_seen'].map((split) => openCompactGames(join(DATA_FOLDER, `games/${split}.jsonl.br`)))
    : [];

  test('replay without a difference', { timeout: 60_000 }, () => {
    const find = new Map(
      lists.flatMap((list) => Array.from({ length: list.length }, (_, i) => [list.id(i), () => list.get(i)])),
    );
    const totals: Record<string, [steps: number, mismatches: number]> = {};
    for (const name of readdirSync(join(DATA_FOLDER, 'transcripts'))) {
      const total: [number, number] = [0, 0];
      for (const recorded of readTranscripts(join(DATA_FOLDER, 'transcripts', name))) {
        const { steps, mismatches } = replayEpisode(compileGame(find.get(recorded.game)!()), recorded);
        total[0] += steps;
        total[1] += mismatches;
      }
      totals[name] = total;
    }
    expect(totals).toEqual({
      'handcoded_expert_runs.jsonl.br': [223, 0],
      'mixed.jsonl.br': [5164, 0],
      'other_versions.jsonl.br': [23, 0],
      'scripted.jsonl.br': [546, 0],
    });
  });

  test('all 3,693 stored walkthroughs win exactly at their last command', { timeout: 120_000 }, () => {
    let played = 0;
    const faults: string[] = [];
    for (const list of lists) {
      for (let i = 0; i < list.length; i++, played++) {
        const fault = checkStoredPlan(list.get(i));
        if (fault !== null) faults.push(`${list.id(i)}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
    expect(played).toBe(3693);
  });
});
