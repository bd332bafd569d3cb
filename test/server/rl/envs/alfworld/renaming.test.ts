import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agent } from '../../../../../server/rl/agent/agent.ts';
import { NanoLanguage } from '../../../../../server/rl/envs/alfworld/nano-language.ts';
import { randomRenaming, renameIds, renameRow } from '../../../../../server/rl/envs/alfworld/renaming.ts';
import { AlfworldSimulator, compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { ALFWORLD_VOCABULARY as WORDS } from '../../../../../server/rl/envs/alfworld/vocabulary.ts';
import { pick, smallKitchen, testRandom } from '../../agent/games.ts';

const ALWAYS = { objects: 1, numbers: 1, furniture: 1 };

/** Rows of random play, as behaviour cloning sees them. */
async function rows(count: number) {
  const agent = new Agent(new NanoLanguage(), 'plan-execute');
  await agent.start(new AlfworldSimulator(compileGame(smallKitchen()), { stepLimit: Infinity }));
  const random = testRandom(5);
  const played = [];
  while (played.length < count) {
    const { prompt, decoder } = agent.turn();
    while (!decoder.done) decoder.push(pick([...(decoder.allowed() ?? [])], random));
    const response = decoder.response();
    await agent.finish(response);
    played.push({ prompt, ...response });
  }
  return played;
}

describe('renaming', () => {
  it('is a permutation that leaves tags, verbs, lamps, appliances and numbers above 14 alone', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const renaming = randomRenaming(testRandom(seed), ALWAYS);
        expect([...renaming].sort((a, b) => a - b)).toEqual(WORDS.words.map((_, id) => id));
        const still =
          'SWITCH <task> clean go desklamp floorlamp sinkbasin bathtubbasin fridge microwave 15 27';
        const ids = WORDS.encode(still.split(' '));
        expect(renameIds(ids, renaming)).toEqual(ids);
        for (const [id, to] of renaming.entries()) {
          expect(Number.isNaN(Number(WORDS.word(id)))).toBe(Number.isNaN(Number(WORDS.word(to))));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('renames prompt, targets and allowed sets alike, so targets stay in the grammar', async () => {
    const random = testRandom(9);
    for (const row of await rows(60)) {
      const renaming = randomRenaming(random, ALWAYS);
      const renamed = renameRow(row, renaming);
      renamed.ids.forEach((id, position) => {
        expect(renamed.allowed[position]).toContain(id);
        expect(renamed.allowed[position]).toHaveLength(row.allowed[position]?.length ?? -1);
      });
      expect(renamed.decisions).toEqual(row.decisions);
      const back = new Uint16Array(renaming.length);
      for (const [id, to] of renaming.entries()) back[to] = id;
      expect(renameRow(renamed, back)).toEqual(row);
    }
  });

  it('exchanges each group with its own probability, reproducibly', () => {
    const random = testRandom(1);
    const changed = { apple: 0, '3': 0, cabinet: 0 };
    const draws = 2000;
    for (let draw = 0; draw < draws; draw++) {
      const renaming = randomRenaming(random);
      for (const word of Object.keys(changed) as (keyof typeof changed)[]) {
        if (renaming[WORDS.id(word)] !== WORDS.id(word)) changed[word] += 1;
      }
    }
    // A permuted word stays where it is once in as many draws as its group has words.
    expect(changed.apple / draws).toBeCloseTo(0.8, 1);
    expect(changed['3'] / draws).toBeCloseTo((0.6 * 13) / 14, 1);
    expect(changed.cabinet / draws).toBeCloseTo(0.5, 1);
    expect(randomRenaming(testRandom(4))).toEqual(randomRenaming(testRandom(4)));
  });
});
