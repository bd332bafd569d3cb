import { describe, expect, it } from 'vitest';
import { parseRunConfig, type RunConfigInput } from '../../../../../server/contract/run-config.ts';
import type { TextEnvironment } from '../../../../../server/rl/envs/environment.ts';
import { FREE_TEXT } from '../../../../../server/rl/envs/remote/game.ts';
import { REMOTE } from '../../../../../server/rl/envs/remote/remote.ts';
import { startServer } from './start-server.ts';

const QUICK: RunConfigInput = {
  environment: 'remote',
  model: 'any',
  remoteObservation: '{text}',
  remoteCommands: '{moves}',
  remoteAction: '{"move": "{action}"}',
  remoteTimeout: 5,
  remoteRetries: 0,
};

function open(remoteServer: string, changes: RunConfigInput = {}, stepLimit = 9): TextEnvironment {
  const config = parseRunConfig({ ...QUICK, remoteServer, ...changes });
  return REMOTE.world.openGames(config).open('train', 5, stepLimit);
}

async function playToTheEnd(game: TextEnvironment) {
  await game.reset();
  for (;;) {
    const step = await game.step('right');
    if (step.done) return step;
  }
}

describe.each(['websocket', 'http'] as const)('an environment over %s', (remoteTransport) => {
  it('is played to its end, with its rewards and commands', async () => {
    const game = open(await startServer(), { remoteTransport });
    expect(await game.reset()).toBe('You stand at 0 of 3.');
    expect(game.admissible()).toEqual(['left', 'right']);
    const first = await game.step('right');
    expect(first).toEqual({
      observation: 'You stand at 1 of 3.',
      reward: -0.1,
      done: false,
      truncated: false,
      won: false,
    });
    await game.step('right');
    expect(await game.step('right')).toMatchObject({ reward: 1, done: true, truncated: false, won: true });
  });

  it('is cut off at the step limit; a command that is not there is not sent and costs its step', async () => {
    const game = open(await startServer(), { remoteTransport }, 2);
    const before = await game.reset();
    expect(await game.step('jump')).toMatchObject({ observation: before, reward: 0, done: false });
    expect(await game.step('right')).toMatchObject({ done: true, truncated: true, won: false });
    expect(await game.reset()).toBe(before);
    game.close?.();
  });

  it.each([
    ['hang', /environment server http.* did not answer step 2 within 1 s/],
    ['die', /(step 2|connection)/],
    ['nonsense', /answered step 2 with what is no .* of OpenEnv.*<html>Bad gateway/],
    ['version', /answered step 2 with what is no .* of OpenEnv.*"terminated":false/],
    ['error', /step 2.*the door is stuck/],
  ])('that does %s breaks the episode with the server’s name and what it sent', async (fault, message) => {
    const patience = fault === 'hang' ? { remoteTimeout: 1 } : {};
    const game = open(await startServer('--fault', fault), { remoteTransport, ...patience });
    const playing = playToTheEnd(game);
    await expect(playing).rejects.toMatchObject({ name: 'AppError', code: 'remote' });
    await expect(playing).rejects.toThrow(message);
  });
});

describe('an environment on another server', () => {
  it('names one that closes the connection, and one from before there were WebSockets', async () => {
    await expect(playToTheEnd(open(await startServer('--fault', 'hang up')))).rejects.toThrow(
      /closed the connection/,
    );
    await expect(open(await startServer('--fault', 'old')).reset()).rejects.toThrow(
      /no WebSocket at \/ws.*remoteTransport http/,
    );
  });

  it('tries a beginning again, and says how often', async () => {
    const nobody = open('http://127.0.0.1:9', { remoteRetries: 1 });
    await expect(nobody.reset()).rejects.toThrow(/127\.0\.0\.1:9.*\(tried 2 times\)/);
    const server = await startServer('--sessions', '1');
    const [first, second] = [open(server), open(server, { remoteRetries: 3 })];
    await first.reset();
    const waiting = second.reset();
    setTimeout(() => first.close?.(), 100);
    expect(await waiting).toBe('You stand at 0 of 3.');
    second.close?.();
  });

  it('knows a command in other letters, as free text writes it', async () => {
    const game = open(await startServer(), {
      remoteCommands: 'right | LEFT',
      remoteAction: '{"move": "{action}"}',
    });
    await game.reset();
    expect(await game.step('Right')).toMatchObject({ observation: 'You stand at 1 of 3.' });
    game.close?.();
  });

  it('says what has no list of commands', async () => {
    const game = open(await startServer(), { remoteCommands: '{legal.moves}' });
    await expect(game.reset()).rejects.toThrow(/has no list of commands at \{legal\.moves\}: nothing/);
  });

  it('takes free text where there is no list', async () => {
    const game = open(await startServer(), { remoteCommands: '' });
    await game.reset();
    expect(game.admissible()).toEqual([FREE_TEXT]);
    expect(await game.step('right')).toMatchObject({ observation: 'You stand at 1 of 3.' });
    game.close?.();
  });

  it('reads success and cuts where it is told to', async () => {
    const server = await startServer();
    const cut = open(server, { remoteTruncated: '{solved}' });
    expect(await playToTheEnd(cut)).toMatchObject({ done: true, truncated: true });
    const other = open(server, { remoteWon: '{failed}' });
    expect(await playToTheEnd(other)).toMatchObject({ done: true, won: false });
  });

  it('shows the critic what can be said of any environment', async () => {
    const game = open(await startServer());
    const memory = REMOTE.world.remember(await game.reset(), game);
    const command = 'right';
    memory.update(command, (await game.step(command)).observation);
    const { state } = REMOTE.world;
    const row = state.read(memory, memory.subgoals()[1] ?? null, { planned: true, switched: true });
    const columns = Object.fromEntries(state.columns.map((name, i) => [name, row[i]]));
    expect(columns).toMatchObject({ changed: 1, planned: 1, switched: 1 });
    expect(columns.reward).toBeCloseTo(Math.tanh(-0.1));
    expect(columns.subgoal).toBeCloseTo(2 / 3);
    game.close?.();
  });
});
