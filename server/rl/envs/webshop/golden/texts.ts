import { analyze } from '../analyzer.ts';
import { colourOfPair, normalizeColour } from '../colours.ts';
import { NumpyRandomState } from '../numpy-random.ts';
import { readPrice } from '../product.ts';
import { PythonRandom } from '../python-random.ts';
import { tokenSetRatio } from '../token-set-ratio.ts';
import type { Tally } from './tally.ts';

interface RecordedDraws {
  random: number[];
  getrandbits32: number[];
  shuffle20: number[];
  sample_of_4_choose_2: number[][];
  sample_of_2_choose_2: number[][];
  'uniform_19.99_27.99': number[];
  choices_lower_k10: string;
  sample_1000_choose_50_first5: number[];
  randint_0_10: number[];
}

interface WeightedDraws {
  seed: number;
  result: number[];
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

export function checkPythonRandom(data: Record<string, unknown>, tally: Tally): void {
  for (const [seed, recorded] of Object.entries(data)) {
    const where = `python_random.${seed}`;
    if (/^\d+$/.test(seed)) checkDraws(where, BigInt(seed), recorded as RecordedDraws, tally);
    else checkWeightedDraws(where, recorded as WeightedDraws, tally);
  }
}

function checkDraws(where: string, seed: bigint, recorded: RecordedDraws, tally: Tally): void {
  const draw = <T>(count: number, once: (random: PythonRandom) => T) => {
    const random = new PythonRandom(seed);
    return Array.from({ length: count }, () => once(random));
  };
  const tens = [10, 20, 30, 40];
  const shuffled = upTo(20);
  new PythonRandom(seed).shuffle(shuffled);
  const actual: RecordedDraws = {
    random: draw(recorded.random.length, (random) => random.random()),
    getrandbits32: draw(recorded.getrandbits32.length, (random) => random.bits(32)),
    shuffle20: shuffled,
    sample_of_4_choose_2: draw(recorded.sample_of_4_choose_2.length, (random) => random.sample(tens, 2)),
    sample_of_2_choose_2: draw(recorded.sample_of_2_choose_2.length, (random) =>
      random.sample(tens.slice(0, 2), 2),
    ),
    'uniform_19.99_27.99': draw(recorded['uniform_19.99_27.99'].length, (random) =>
      random.uniform(19.99, 27.99),
    ),
    choices_lower_k10: new PythonRandom(seed).lowerCaseWord(10),
    sample_1000_choose_50_first5: new PythonRandom(seed).sample(upTo(1000), 50).slice(0, 5),
    randint_0_10: draw(recorded.randint_0_10.length, (random) => random.integer(0, 10)),
  };
  for (const key of Object.keys(recorded) as (keyof RecordedDraws)[]) {
    tally.equal(`${where}.${key}`, actual[key], recorded[key]);
  }
}

function checkWeightedDraws(where: string, recorded: WeightedDraws, tally: Tally): void {
  const random = new PythonRandom(recorded.seed);
  const cumulative = [0];
  for (let i = 0; i < 50; i++) cumulative.push(cumulative.at(-1)! + random.integer(0, 10));
  const drawn = recorded.result.map(() => random.weightedIndex(cumulative));
  tally.equal(`${where}.result`, drawn, recorded.result);
}

export function checkNumpyRandom(
  data: Record<string, { permutation10: number[]; then_random_interval_uint32: number[] }>,
  tally: Tally,
): void {
  for (const [seed, recorded] of Object.entries(data)) {
    const where = `numpy_randomstate.${seed}`;
    tally.equal(
      `${where}.permutation10`,
      new NumpyRandomState(Number(seed)).permutation(10),
      recorded.permutation10,
    );
    const random = new NumpyRandomState(Number(seed));
    const words = recorded.then_random_interval_uint32.map(() => random.uint32());
    tally.equal(`${where}.then_random_interval_uint32`, words, recorded.then_random_interval_uint32);
  }
}

export function checkPrices(data: [string, number[], string][], tally: Tally): void {
  data.forEach(([pricing, prices, priceTag], i) => {
    tally.equal(`price_parse[${i}]`, readPrice(pricing), { prices, priceTag });
  });
}

export function checkColours(data: [string, string][], tally: Tally): void {
  data.forEach(([text, colour], i) => {
    tally.equal(`normalize_color[${i}]`, normalizeColour(text), colour);
  });
}

export function checkColourPairs(data: [[string, string], string][], tally: Tally): void {
  data.forEach(([[name, value], colour], i) => {
    tally.equal(`normalize_color_tuple[${i}]`, colourOfPair(name, value), colour);
  });
}

export function checkRatios(data: { s1: string; s2: string; difflib: number }[], tally: Tally): void {
  data.forEach(({ s1, s2, difflib }, i) => {
    tally.equal(`token_set_ratio[${i}]`, { s1, s2, difflib: tokenSetRatio(s1, s2) }, { s1, s2, difflib });
  });
}

export function checkAnalyzer(data: { text: string; tokens: string[] }[], tally: Tally): void {
  data.forEach(({ text, tokens }, i) => {
    tally.equal(`analyzer[${i}]`, { text, tokens: analyze(text) }, { text, tokens });
  });
}
