import { describe, expect, it } from 'vitest';
import { parseFilter, parseOrder } from '../../../server/mlflow/search.ts';
import type { ForeignRunRow } from '../../../server/store/foreign-runs.ts';

const run = (id: string, loss: number, params: Record<string, string> = {}): ForeignRunRow => ({
  ...{
    id,
    name: id,
    origin: 'mlflow',
    state: 'finished',
    startedAt: Number(loss),
    endedAt: null,
    experimentId: 1,
  },
  params,
  tags: { 'mlflow.runName': id },
  latest: { 'eval/loss': { value: loss, step: 1, timestamp: 1 } },
  boardEntry: null,
});
const runs = [run('a', 1, { lr: '0.1' }), run('b', 2, { lr: '0.2', model: 'Qwen2' }), run('c', 3)];

describe('MLflow’s filters', () => {
  it.each([
    ['', 'a,b,c'],
    ['metrics.`eval/loss` >= 2', 'b,c'],
    ['metrics.eval/loss < 2.5 AND params.lr != "0.1"', 'b'],
    ["params.model LIKE 'Qwen%'", 'b'],
    ["params.model ILIKE 'qwen_'", 'b'],
    ["params.model LIKE '%e%2'", 'b'],
    ["params.model LIKE 'Qwen'", ''],
    ["params.lr LIKE '0._'", 'a,b'],
    [`params.lr LIKE '${'%0'.repeat(1000)}'`, ''],
    ["attributes.run_name IN ('a', 'c')", 'a,c'],
    ["attributes.run_id NOT IN ('a')", 'b,c'],
    ["status = 'FINISHED' and tags.`mlflow.runName` = 'c'", 'c'],
    ["tags.mlflow.runName = 'c'", 'c'],
    ['start_time > 1', 'b,c'],
    ['params.lr = 0.1', 'a'],
  ])('%s', (filter, found) => {
    expect(
      runs
        .filter(parseFilter(filter))
        .map(({ id }) => id)
        .join(),
    ).toBe(found);
  });

  it.each([
    ['metrics.loss', 'something is missing'],
    ['metrics.loss = ', 'something is missing'],
    ['metrics.loss ~ 1', '~ is no comparison'],
    ['nonsense = 1', 'nonsense is no attribute of a run'],
    ['metrics.a = 1 OR metrics.b = 2', 'joined by AND'],
    ['params.a = b', 'b must be a number, or a text in quotes'],
    ["params.a = 'b", 'is not understood'],
  ])('refuses %s with an example', (filter, words) => {
    expect(() => parseFilter(filter)).toThrow(words);
    expect(() => parseFilter(filter)).toThrow('Write e.g.');
  });
});

describe('MLflow’s order', () => {
  it('is by several keys; what a run does not have comes last', () => {
    const order = (...keys: string[]) =>
      [...runs]
        .sort(parseOrder(keys))
        .map(({ id }) => id)
        .join();
    expect(order('metrics.`eval/loss` DESC')).toBe('c,b,a');
    expect(order('params.lr DESC', 'attributes.run_id ASC')).toBe('b,a,c');
    expect(order('params.none', 'run_id desc')).toBe('c,b,a');
    expect(() => order('params.lr sideways')).toThrow('ASC or DESC');
  });
});
