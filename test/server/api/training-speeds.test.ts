import { expect, it } from 'vitest';
import { readSpeeds } from '../../../server/api/training-speeds.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { openMemoryDatabase } from '../../../server/store/database.ts';
import { makeStore } from '../../../server/store/store.ts';

it('runs at work tell how fast their last iteration was, and none that are not', async () => {
  const database = await openMemoryDatabase();
  const store = makeStore(database);
  const { id } = await store.runs.create({ name: 'at work', preset: null, config: presetConfig('tiny') });
  expect(await readSpeeds(store)).toEqual([]);
  await store.events.append(id, [
    { kind: 'state', from: 'queued', to: 'starting', reason: '' },
    { kind: 'state', from: 'starting', to: 'running', reason: '' },
  ]);
  const speed = { runId: id, name: 'at work', tokensPerSecond: null, environmentStepsPerSecond: null };
  expect(await readSpeeds(store)).toEqual([speed]);
  const iteration = (number: number, rolloutTokensPerSecond: number) =>
    ({
      kind: 'iteration',
      iteration: number,
      values: { rolloutTokensPerSecond, environmentStepsPerSecond: 56 },
    }) as const;
  await store.events.append(id, [iteration(1, 1234), iteration(2, 2000)]);
  expect(await readSpeeds(store)).toEqual([
    { ...speed, tokensPerSecond: 2000, environmentStepsPerSecond: 56 },
  ]);
  await store.events.append(id, [{ kind: 'state', from: 'running', to: 'cancelled', reason: '' }]);
  expect(await readSpeeds(store)).toEqual([]);
  await database.close();
});
