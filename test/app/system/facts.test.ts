import { expect, it } from 'vitest';
import { systemFacts } from '../../../app/system/facts.ts';
import type { GamesFound, SystemInfo } from '../../../server/contract/views.ts';
import { SYSTEM_INFO as system } from '../system-info.ts';

const found: GamesFound = {
  environment: 'alfworld',
  source: 'real',
  origin: '/games',
  counts: { train: 3553, valid_seen: 140 },
};
const factsOf = (games: GamesFound[]) =>
  systemFacts({ ...system, games })
    .flatMap(({ facts }) => facts)
    .filter(({ title }) => title.startsWith('Games of '));

it('the system page has a line on the games of every environment', () => {
  expect(factsOf([found])).toMatchObject([
    { title: 'Games of ALFWorld', value: 'Real', detail: '/games. 3,553 train, 140 valid_seen.' },
  ]);
  expect(factsOf([])).toEqual([]);
});

it('the system page says why games could not be looked at, and no numbers', () => {
  const [fact] = factsOf([{ ...found, source: 'generated', origin: 'No such folder: /games', counts: {} }]);
  expect(fact).toMatchObject({ value: 'Generated', detail: 'No such folder: /games' });
});

it('the system page says where messages go, and what became of them', () => {
  const webhookOf = (webhook: SystemInfo['webhook']) =>
    systemFacts({ ...system, webhook })
      .flatMap(({ facts }) => facts)
      .find(({ title }) => title === 'Webhook');
  expect(webhookOf(null)).toMatchObject({ value: 'None' });
  const fine = { host: 'hooks.example', lastSentAt: null, problem: null, lost: 0 };
  expect(webhookOf(fine)).toMatchObject({ value: 'hooks.example', detail: 'Nothing sent yet.' });
  expect(webhookOf({ ...fine, problem: 'hooks.example answers with status 500', lost: 1 })?.detail).toBe(
    'Not delivered: hooks.example answers with status 500. Nothing sent yet. 1 message given up.',
  );
});

const factOf = (wanted: string, changes: Partial<SystemInfo> = {}) =>
  systemFacts({ ...system, ...changes })
    .flatMap(({ facts }) => facts)
    .find(({ title }) => title === wanted);

it('the system page says how late the server is and how busy the machine, over which time', () => {
  expect(factOf('Server’s delay')).toMatchObject({
    value: '0.2 ms median, 12 ms p99, 1,520 ms longest',
    detail: expect.stringContaining('the last 45 seconds'),
  });
  expect(factOf('Processor in use')).toMatchObject({
    value: '62 % of the machine',
    detail: expect.stringMatching(/0\.13 cores.*the last 45 seconds/),
  });
});

it('the system page says how fast the runs train, together and each', () => {
  const run = { runId: 'a', name: 'one', tokensPerSecond: 1500, environmentStepsPerSecond: 20 };
  const early = { runId: 'b', name: 'two', tokensPerSecond: null, environmentStepsPerSecond: null };
  const fact = factOf('Speed', { training: [run, { ...run, name: 'three' }, early] });
  expect(fact?.value).toBe('3,000 tokens/s, 40 environment steps/s');
  expect(fact?.detail).toMatch(
    /iteration\. one: 1,500 tokens\/s, 20 environment steps\/s\. three: .* 1 run has no iteration yet\.$/,
  );
  expect(factOf('Speed', { training: [early] })).toMatchObject({
    value: 'Not known yet',
    detail: '1 run has no iteration yet.',
  });
  expect(factOf('Speed')?.value).toBe('Nothing trains');
  expect(factOf('Speed', { training: null })?.value).toBe('Unknown');
});
