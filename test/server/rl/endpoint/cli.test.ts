import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { BEHAVIOURS, MisbehavingServer } from './misbehaving-server.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.open();
});
afterAll(() => server.close());

/** Runs the command as a user does. */
function train(out: string, ...words: string[]) {
  const sets = Object.entries({
    policy: 'endpoint',
    endpoint: server.url,
    endpointModel: 'm',
    endpointParallel: 1,
    games: 'generated',
    evaluationGames: 1,
    evaluationStepLimits: 2,
  }).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const args = ['server/rl/train/cli.ts', '--preset', 'tiny', '--out', out, ...sets, ...words];
  return promisify(execFile)(process.execPath, args);
}

it('evaluates a model behind an endpoint from a terminal, and plays nothing twice unless it is told to', async () => {
  const out = temporaryFolder('endpoint-cli');
  server.does(
    ...Array.from({ length: 2 }, () => BEHAVIOURS.answers('<action>look</action>')),
    BEHAVIOURS.refuses(402, 'no money left'),
  );
  await expect(train(out)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/The endpoint http.* answered 402: no money left\n$/),
  });
  await expect(train(out)).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/has episodes of a run: play the missing ones with --resume/),
  });
  server.does(BEHAVIOURS.answers('<action>look</action>'));
  const { stdout, stderr } = await train(out, '--resume');
  expect(server.questions).toHaveLength(2);
  expect(stdout).toMatch(
    /^\nm, not trained here: 4 answers, \d+ s in all\nvalid_seen, 2 steps +0\.0% +0 \/ 1 /,
  );
  expect(stderr).toMatch(
    /4 answers {2}malformed 100\.0% {2}valid actions 100\.0% {2}tokens 28 asked, 12 answered/,
  );
});
