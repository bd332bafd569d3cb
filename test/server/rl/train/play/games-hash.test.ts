import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import type { TextEnvironment } from '../../../../../server/rl/envs/environment.ts';
import { RunGames } from '../../../../../server/rl/train/play/games.ts';
import { hashGames } from '../../../../../server/rl/train/play/games-hash.ts';

const config = presetConfig('tiny', { games: 'generated', generatedGames: 40 });
const games = new RunGames(config);
const list = () => games.evaluationGames('valid_seen', 3, 10);

describe('hashGames', () => {
  it('is the same for the same games, whatever was played of them, and another in another order', async () => {
    const hash = await hashGames(config, list());
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    const played = list();
    await played[0]!.reset();
    await played[0]!.step(played[0]!.admissible().at(-1)!);
    expect(await hashGames(config, played)).toBe(hash);
    expect(await hashGames(config, list().toReversed())).not.toBe(hash);
    expect(await hashGames(config, list().slice(0, 2))).not.toBe(hash);
  });

  it('waits for a first observation, and tells apart games of one name by it', async () => {
    const named = (first: string): TextEnvironment => ({
      ...{ gameId: 'one', taskType: 'any', admissible: () => [] },
      reset: async () => first,
      step: () => ({ observation: '', reward: 0, done: true, truncated: false, won: false }),
    });
    expect(await hashGames(config, [named('a room')])).not.toBe(
      await hashGames(config, [named('a kitchen')]),
    );
  });

  it('begins no episode on another server, and tells servers apart', async () => {
    const remote = (gameId: string): TextEnvironment => ({
      ...{ gameId, taskType: 'any', admissible: () => [] },
      reset: () => Promise.reject(new Error('an episode was begun')),
      step: () => Promise.reject(new Error('an episode was begun')),
    });
    const hash = (port: number, gameId: string) =>
      hashGames({ environment: 'remote', remoteServer: `http://127.0.0.1:${port}` }, [remote(gameId)]);
    expect(await hash(1, 'one')).toBe(await hash(1, 'one'));
    expect(await hash(1, 'one')).not.toBe(await hash(1, 'two'));
    expect(await hash(1, 'one')).not.toBe(await hash(2, 'one'));
  });
});
