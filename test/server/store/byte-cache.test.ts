import { expect, it } from 'vitest';
import { ByteCache } from '../../../server/store/byte-cache.ts';

const newCache = () => new ByteCache<string>(10, (value) => value.length);

it('makes an answer once for all who ask at the same time', async () => {
  const cache = newCache();
  let made = 0;
  const make = async () => `answer ${++made}`;
  expect(await Promise.all([cache.get('a', make), cache.get('a', make)])).toEqual(['answer 1', 'answer 1']);
  expect(await cache.get('a', make)).toBe('answer 1');
});

it('holds no more than its bytes, and drops what was not used for longest', async () => {
  const cache = newCache();
  const make = (text: string) => async () => text;
  await cache.get('a', make('aaaa'));
  await cache.get('b', make('bbbb'));
  await cache.get('a', make('used, so not made again'));
  await cache.get('c', make('cccc'));
  expect(cache.bytes).toBe(8);
  expect(await cache.get('a', make('again'))).toBe('aaaa');
  expect(await cache.get('b', make('new'))).toBe('new');
  await cache.get('d', make('larger than all of it'));
  expect(cache.bytes).toBeLessThanOrEqual(10);
});

it('does not keep a failure', async () => {
  const cache = newCache();
  await expect(cache.get('a', () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
  expect(await cache.get('a', async () => 'well')).toBe('well');
});
