import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { objectClasses, SCENES } from '../../../../../server/rl/envs/alfworld/tables.ts';
import { ALFWORLD_VOCABULARY, WORD_GROUPS } from '../../../../../server/rl/envs/alfworld/vocabulary.ts';
import { Vocabulary } from '../../../../../server/rl/envs/vocabulary.ts';

describe('vocabulary', () => {
  it('is fixed: saved models depend on every id (append under a new version instead)', () => {
    expect(ALFWORLD_VOCABULARY.version).toBe('alfworld-1');
    expect(ALFWORLD_VOCABULARY.size).toBe(200);
    expect(ALFWORLD_VOCABULARY.id('<pad>')).toBe(0);
    const order = createHash('sha256').update(ALFWORLD_VOCABULARY.words.join(' ')).digest('hex');
    expect(order.slice(0, 16)).toBe('df3988a3880e465c');
  });

  it('decodes what it encodes', () => {
    const words = [...ALFWORLD_VOCABULARY.words];
    expect(ALFWORLD_VOCABULARY.decode(ALFWORLD_VOCABULARY.encode(words))).toEqual(words);
  });

  it('names an unknown word or id', () => {
    expect(() => ALFWORLD_VOCABULARY.encode(['apple', 'spaceship'])).toThrow(
      /"spaceship" is not in the vocabulary/,
    );
    expect(() => ALFWORLD_VOCABULARY.decode([9999])).toThrow(/9999/);
    expect(() => new Vocabulary('x', ['a', 'b', 'a'])).toThrow(/"a" is listed twice/);
  });

  it('holds every class of the generator', () => {
    const receptacles = [...SCENES.values()].flatMap((scene) =>
      scene.receptacles.map((entry) => entry.class),
    );
    for (const word of [...objectClasses(), ...receptacles])
      expect(ALFWORLD_VOCABULARY.has(word), word).toBe(true);
  });

  it('keeps exchangeable groups apart from each other, from lamps and from appliances', () => {
    const grouped = [...WORD_GROUPS.numbers, ...WORD_GROUPS.objects, ...WORD_GROUPS.furniture];
    expect(new Set(grouped).size).toBe(grouped.length);
    for (const word of [
      'desklamp',
      'floorlamp',
      'fridge',
      'microwave',
      'sinkbasin',
      'bathtubbasin',
      'clean',
      'KEEP',
    ]) {
      expect(grouped).not.toContain(ALFWORLD_VOCABULARY.id(word));
    }
  });
});
