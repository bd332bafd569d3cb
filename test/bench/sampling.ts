/**
 * What drawing a token from the whole vocabulary costs, on one core: milliseconds a row and token, least of several rounds.
 *
 *     npm run bench -- sampling
 *
 * `listed` is `sampleAllowed` with a list of all tokens, which sorts it for top-p; `all` is `sampleAll`, which does neither. The two are
 * measured in turns. `peaked` logits are like those of a language model that knows what it wants, `flat` ones like a random one's.
 */
import { performance } from 'node:perf_hooks';
import { sampleAll, sampleAllowed } from '../../server/rl/model/sampling.ts';
import { Random } from '../../server/rl/random.ts';

const ROUNDS = 5;
const random = new Random(1);
const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

function milliseconds(draw: (uniform: number) => unknown, count: number): number {
  const started = performance.now();
  for (let i = 0; i < count; i++) draw((i + 0.5) / count);
  return (performance.now() - started) / count;
}

console.log('vocabulary  logits  top-p   nucleus  listed ms    all ms   times');
for (const vocabulary of [49_152, 151_936])
  for (const [shape, spread] of [
    ['peaked', 3],
    ['flat', 0.05],
  ] as const) {
    const logits = Float32Array.from({ length: vocabulary }, () => spread * normal());
    const everything = Uint32Array.from(logits.keys());
    for (const topP of [1, 0.95]) {
      const listed = (uniform: number) => sampleAllowed(logits, 0, everything, uniform, 1, topP);
      const all = (uniform: number) => sampleAll(logits, uniform, 1, topP);
      const size = all(0.5).support?.length ?? vocabulary;
      const best = { listed: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY };
      for (let round = 0; round < ROUNDS; round++) {
        best.listed = Math.min(best.listed, milliseconds(listed, topP < 1 ? 3 : 20));
        best.all = Math.min(best.all, milliseconds(all, 20));
      }
      console.log(
        [
          String(vocabulary).padStart(10),
          shape.padStart(7),
          String(topP).padStart(6),
          String(size).padStart(9),
          best.listed.toFixed(2).padStart(10),
          best.all.toFixed(2).padStart(9),
          (best.listed / best.all).toFixed(1).padStart(7),
        ].join(' '),
      );
    }
  }
