import { expect, it } from 'vitest';
import { ENVIRONMENT_FACTS, ENVIRONMENTS } from '../../../server/contract/environments.ts';
import { Machine } from '../../../server/process/machine.ts';

it('a machine tells its engine, and how many games of every environment a run would find', async () => {
  const { engine, games } = await new Machine({
    engine: 'cpu',
    alfworldData: undefined,
    webshopData: undefined,
  }).describe();
  expect(engine.name).toMatch(/^cpu/);
  const local = ENVIRONMENTS.filter((name) => !ENVIRONMENT_FACTS[name].isElsewhere);
  expect(games.map(({ environment }) => environment)).toEqual(local);
  for (const { environment, origin, counts } of games) {
    expect(Object.keys(counts), origin).toEqual(['train', ...ENVIRONMENT_FACTS[environment].evaluated]);
    expect(counts.train).toBeGreaterThan(0);
  }
});

it('a machine whose real games are missing says why', async () => {
  const missing = '/nowhere/at/all';
  const { games } = await new Machine({
    engine: 'cpu',
    alfworldData: missing,
    webshopData: undefined,
  }).describe();
  const found = games.find(({ environment }) => environment === 'alfworld');
  expect(found).toMatchObject({ source: 'generated' });
  expect(found?.origin).toContain(missing);
});
