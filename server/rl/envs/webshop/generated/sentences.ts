import type { Random } from '../../../random.ts';
import type { Department } from './departments.ts';

/** What a sentence may speak of. */
export interface Subject {
  department: Department;
  brand: string;
  /** "bath towel". */
  kind: string;
  material: string;
  attributes: readonly string[];
}

const OPENINGS = (
  'made to last|built with care|what you get|care notes|why people like it|a small promise|good to know|inside the box|' +
  'how to use it|thought through|sized right|tested by hand'
).split('|');
const VERBS =
  'keeps|gives|offers|brings|holds|needs|carries|adds|shows|makes|leaves|protects|supports|covers'.split('|');
const THINGS = (
  'comfort|balance|room|order|colour|texture|shape|grip|warmth|shine|strength|calm|detail|value|surface|edge|finish|layer|' +
  'corner|handle|cover|bottom|lining|seam|label|pouch|lid|spring|pattern|weight|volume|season|weekend|morning|evening|drawer|' +
  'suitcase|wardrobe|cupboard|counter|garden|street|office|studio|workshop|market|family|friend|neighbour|customer|designer'
).split('|');
const QUALITIES = (
  'steady|even|neat|honest|simple|gentle|lasting|thick|thin|clear|careful|useful|pleasant|firm|tidy|clever|modest|spare|' +
  'generous|reliable|quick|familiar|patient|bold|subtle|crisp|deep|wide|solid|tiny'
).split('|');

/** One plain English sentence about a product, 8 to 25 words. */
export function sentence(random: Random, subject: Subject): string {
  const { kind, brand, material, department, attributes } = subject;
  const quality = () => random.pick(QUALITIES);
  const thing = () => random.pick(THINGS);
  const attribute = attributes.length > 0 ? random.pick(attributes) : `${quality()} ${thing()}`;
  switch (random.int(7)) {
    case 0:
      return `This ${kind} ${random.pick(VERBS)} ${quality()} ${thing()} and ${thing()}, with ${material} in every ${thing()}.`;
    case 1:
      return `We chose ${quality()} ${material} and ${attribute} design, so the ${thing()} stays ${quality()} for years.`;
    case 2:
      return `Measures ${2 + random.int(90)} x ${2 + random.int(60)} inches and weighs about ${(1 + random.int(400)) / 10} ounces.`;
    case 3:
      return `A ${quality()} ${thing()} for ${random.pick(department.uses)}, ${random.pick(department.uses)} and the ${thing()} of your ${thing()}.`;
    case 4:
      return `${brand}'s team checks each ${thing()}; if the ${thing()} is not ${quality()}, write to us within ${10 + 5 * random.int(18)} days.`;
    case 5:
      return `It is ${attribute}, ${quality()} and ${quality()}: put it in a ${thing()}, on a ${thing()} or under the ${thing()}.`;
    default:
      return `Goes with our ${brandName(random)} and ${brandName(random)} ${random.int(500)} lines; the ${thing()} may look more ${quality()} than in the picture.`;
  }
}

/** An entry of the features page: an opening in capitals and one to three sentences. */
export function bullet(random: Random, subject: Subject): string {
  const opening = random.chance(0.6) ? `${random.pick(OPENINGS).toUpperCase()}: ` : '';
  return opening + sentences(random, subject, 1 + random.int(2));
}

export function sentences(random: Random, subject: Subject, count: number): string {
  return Array.from({ length: count }, () => sentence(random, subject)).join(' ');
}

const ONSETS = 'b|br|c|d|dr|f|g|gl|h|k|kl|l|m|n|p|pl|r|s|st|t|tr|v|w|z'.split('|');
const VOWELS = 'a|e|i|o|u|ai|ea|oo'.split('|');
const ENDINGS = 'n|l|r|s|x|nd|rt||||'.split('|');

/** A made-up name. Small numbers are common brands, large ones rare: there are about a million. */
export function brandName(random: Random): string {
  // Squared twice, so that a few brands have many products and most have a handful.
  let rest = Math.floor(random.next() ** 4 * 900_000);
  let name = '';
  for (let syllable = 0; syllable < 2 || rest > 0; syllable++) {
    name += ONSETS[rest % ONSETS.length]! + VOWELS[rest % VOWELS.length]!;
    rest = Math.floor(rest / ONSETS.length);
  }
  name += ENDINGS[name.length % ENDINGS.length]!;
  return name[0]!.toUpperCase() + name.slice(1);
}
