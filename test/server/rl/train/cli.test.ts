import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Small enough for a test, real in every part. */
const SMALL = {
  games: 'generated',
  generatedGames: 40,
  iterations: 1,
  width: 16,
  heads: 2,
  keyValueHeads: 1,
  feedForward: 32,
  warmStartEpisodes: 0,
  episodesPerIteration: 4,
  stepLimit: 4,
  criticWarmup: 0,
  evaluationGames: 1,
  evaluationStepLimits: 4,
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hiper-cli-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** Runs the command as a user does; `changes` on top of SMALL. */
function train(folder: string, changes: Record<string, string | number>, ...flags: string[]) {
  const settings = Object.entries({ ...SMALL, ...changes }).flatMap(([name, value]) => [
    '--set',
    `${name}=${value}`,
  ]);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['server/rl/train/cli.ts', '--preset', 'tiny', '--out', folder, ...settings, ...flags],
    { encoding: 'utf8', env: { ...process.env, HIPER_DATA: root, HIPER_ENGINE: 'onnxruntime' } },
  );
  return { status, stdout, stderr };
}

describe('npm run train', { timeout: 240_000 }, () => {
  it('says so when there is nothing to resume, and overwrites no checkpoint unless it is told to', () => {
    const folder = join(root, 'a');
    const first = train(folder, {}, '--resume');
    expect(first.stderr).toContain(
      `warning: --resume: ${folder} has no checkpoint; training starts from the beginning`,
    );
    expect(first.status).toBe(0);

    const again = train(folder, {});
    expect(again).toMatchObject({ status: 2, stdout: '' });
    expect(again.stderr.trim()).toBe(
      `${folder} has the checkpoint of a run at iteration 1: go on from it with --resume, replace it with --overwrite, or name another folder with --out`,
    );
    expect(train(folder, {}, '--overwrite').status).toBe(0);
  });

  it('goes on with other settings than the checkpoint’s only when it is told to, and names them', () => {
    const folder = join(root, 'b');
    train(folder, {});
    const other = train(folder, { seed: 9, stepLimit: 5, iterations: 2, name: 'no matter' }, '--resume');
    expect(other).toMatchObject({ status: 2, stdout: '' });
    expect(other.stderr.trim()).toBe(
      `--resume: the checkpoint in ${folder} was trained with other settings: seed was 1 and is 9; iterations was 1 and is 2; stepLimit was 4 and is 5. Give the same settings, or --allow-changes to go on with these`,
    );

    const allowed = train(folder, { iterations: 2 }, '--resume', '--allow-changes');
    expect(allowed.stderr).toContain('other settings: iterations was 1 and is 2');
    expect(allowed.stderr).toMatch(/iteration +2 /);
    expect(allowed.stderr).not.toMatch(/iteration +1 /);
    expect(train(folder, { iterations: 2 }, '--resume').status).toBe(0);
  });
});
