import { expect, it } from 'vitest';
import { systemFacts } from '../../../app/system/facts.ts';
import type { GamesFound, SystemInfo } from '../../../server/contract/views.ts';

const system: SystemInfo = {
  version: '0.1.0',
  commit: null,
  nodeVersion: '24.21.0',
  system: 'Linux 6.1 x64',
  processor: 'A processor',
  database: 'embedded',
  databaseAwaySince: null,
  stalled: [],
  webhook: null,
  dataFolder: '/data',
  modelsFolder: '/models',
  engine: { name: 'onnxruntime', reason: 'fastest here' },
  games: [],
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  residentBytes: { server: 1, trainers: 1 },
  queue: { slots: 2, running: 0, queued: 0 },
  startedAt: 0,
};
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
