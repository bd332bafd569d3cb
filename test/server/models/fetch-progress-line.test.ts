import { expect, it } from 'vitest';
import { fetchProgressLine } from '../../../server/models/fetch-progress-line.ts';

/** What is written for a download of 100 MB, or for none. */
function tell(isTTY: boolean, steps: number[]): string {
  const written: string[] = [];
  const line = fetchProgressLine('Org/model', { isTTY, write: (text) => written.push(text) });
  for (const bytes of steps) line.show({ file: 'a.safetensors', bytes, total: 100e6 });
  line.end();
  return written.join('');
}

const STEPS = [0, 1e6, 5e6, 10e6, 99e6, 100e6];

it('writes a line every tenth where it is no terminal', () => {
  expect(tell(false, STEPS)).toBe(
    [0, 10, 99, 100].map((share) => `Org/model: ${share} % of 100 MB, a.safetensors\n`).join(''),
  );
});

it('draws one line over on a terminal, not at every step, the last step for sure', () => {
  const [, ...drawn] = tell(true, STEPS).split('\r');
  expect(drawn.length).toBeLessThan(6);
  expect(drawn.at(-1)).toBe('Org/model: 100 % of 100 MB, a.safetensors\n');
});

it('is silent when there was nothing to fetch', () => {
  expect(tell(true, [])).toBe('');
  expect(tell(false, [])).toBe('');
});
