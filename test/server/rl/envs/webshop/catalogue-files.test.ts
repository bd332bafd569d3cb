import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findCatalogueFiles, loadCatalogue } from '../../../../../server/rl/envs/webshop/catalogue-files.ts';
import { jsonElements, parsePythonJson } from '../../../../../server/rl/envs/webshop/json-elements.ts';
import { openCatalogue } from '../../../../../server/rl/envs/webshop/shop-data.ts';
import { rawProduct } from './small-shop.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'webshop-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** A catalogue folder of these products; a string is the text of the products' file as it stands. */
function load(products: string | object[], about: object = {}) {
  write('items_shuffle_1000.json', products);
  write('items_ins_v2_1000.json', about);
  return loadCatalogue(findCatalogueFiles(folder)!, { goals: 'synthetic' });
}

describe('jsonElements', () => {
  const elements = (content: string) =>
    Array.from(jsonElements(write('x.json', content)), ({ key, text }) => key + text);

  test('splits at the commas of the outermost level only', () => {
    expect(elements('[{"a":"],{\\"[\\\\"}, [1,2] ,"x,y"]')).toEqual([
      '{"a":"],{\\"[\\\\"}',
      '[1,2]',
      '"x,y"',
    ]);
    expect(elements('{"a": {"b": 1}, "c:d": [2] }\n')).toEqual(['a{"b": 1}', 'c:d[2]']);
    expect(elements(' [ ] ')).toEqual([]);
  });

  test('an element across the pieces that the file is read in is one', () => {
    const long = Array.from({ length: 5 }, (_, i) => `{"i":${i},"text":"${'é'.repeat(700_001 + i)}"}`);
    let told = 0;
    const path = write('long.json', `[${long.join(',')}]`);
    const read = Array.from(
      jsonElements(path, (bytes, total) => (told = bytes / total)),
      ({ text }) => text,
    );
    expect(read).toEqual(long);
    expect(told).toBe(1);
  });

  test.each([
    ['[{"a":1},{"b"', 'ends within element 2: is it half-downloaded?'],
    ['{"a":1,"b":[', 'ends within element 2 (b): is it half-downloaded?'],
    ['', 'is empty'],
    ['hello', 'does not begin with [ or {'],
    ['[1] x', 'goes on after its end'],
    ['[1][2]', 'goes on after its end'],
    ['[1,,2]', 'has an empty place at element 2'],
    ['[1,]', 'has nothing between the comma and the end'],
    ['{a:1}', 'has a member without a name in quotes at element 1'],
  ])('%s %s', (content, message) => {
    expect(() => elements(content)).toThrow(message);
    expect(() => elements(content)).toThrow('x.json');
  });

  test('NaN is read as null, but not inside a text', () => {
    expect(parsePythonJson('{"a": NaN, "b": "NaN \\" -Infinity", "c": [-Infinity]}')).toEqual({
      a: null,
      b: 'NaN " -Infinity',
      c: [null],
    });
    expect(() => parsePythonJson('{"a": nan}')).toThrow(SyntaxError);
  });
});

describe('loadCatalogue', () => {
  test('keeps the order, leaves out repeats and what is no asin, and says how many', () => {
    const asins = ['B2', 'nan', 'B1', 'B2', 'B1234567890'];
    const { catalogue, skipped } = load(asins.map((asin) => rawProduct(asin)));
    expect([0, 1].map((place) => catalogue.products.asin(place))).toEqual(['B2', 'B1']);
    expect(skipped).toEqual({ duplicate: 1, badAsin: 2 });
    expect(catalogue.products.find('B1')).toBe(1);
    expect(catalogue.products.find('nan')).toBe(-1);
  });

  test('reads options, prices and attributes as the original does', () => {
    const { catalogue } = load(
      [
        rawProduct('B1', {
          pricing: '$ 1,847.00 - $ 2,000.5$9',
          small_description: 'one text',
          customization_options: { Color: [{ value: ' Red/Blue ' }], Size: null, 'Fit Type': [] },
        }),
        rawProduct('B2', { pricing: '', average_rating: 0 }),
      ],
      { B1: { attributes: ['easy clean'], instruction: 'Find me', instruction_attributes: ['easy clean'] } },
    );
    const [one, two] = [catalogue.products.get(0), catalogue.products.get(1)];
    expect(one).toMatchObject({
      prices: [1847, 2000.5],
      priceTag: '$1847.0 to $2000.5',
      bullets: ['one text'],
      query: 'mugs',
    });
    expect([...one.options]).toEqual([
      ['color', ['red | blue']],
      ['fit type', []],
    ]);
    expect(one.attributes).toEqual(['easy clean']);
    expect(two).toMatchObject({
      prices: [100],
      priceTag: '$100.0',
      attributes: ['DUMMY_ATTR'],
      instruction: null,
    });
  });

  test.each([
    [
      'NaN where a text belongs',
      `[${JSON.stringify(rawProduct('B1')).replace('"A mug for tea."', 'NaN')}]`,
      'product 1 (B1): full_description must be text, not null',
    ],
    ['no asin', [rawProduct('B1'), { ...rawProduct('B2'), asin: 7 }], 'product 2: asin must be text, not 7'],
    [
      'a price that is none',
      [rawProduct('B1', { pricing: '$1.2.3' })],
      'product 1 (B1): pricing "$1.2.3" holds no price',
    ],
    [
      'options of another shape',
      [rawProduct('B1', { customization_options: { Size: 'L' } })],
      'product 1 (B1): customization_options.Size must be an array',
    ],
    [
      'an option without its value',
      [rawProduct('B1', { customization_options: { Size: [{}] } })],
      'customization_options.Size[].value must be text, not missing',
    ],
    ['broken JSON', '[{"asin":"B1",}]', 'product 1: '],
    ['no product', '[5]', 'product 1 is 5, not an object'],
  ])('%s is named with its file and product', (_, products, message) => {
    expect(() => load(products)).toThrow(message);
    expect(() => load(products)).toThrow('items_shuffle_1000.json');
  });

  test.each([
    [
      'instruction without attributes',
      { B1: { instruction: 'Find me' } },
      'member "B1": instruction_attributes must be a list of texts',
    ],
    [
      'attributes of another shape',
      { B1: { attributes: 'easy clean' } },
      'member "B1": attributes must be a list of texts',
    ],
    ['nothing', { B1: null }, 'member "B1" is null, not an object'],
  ])('%s is named with its file and asin', (_, about, message) => {
    expect(() => load([rawProduct('B1')], about)).toThrow(message);
    expect(() => load([rawProduct('B1')], about)).toThrow('items_ins_v2_1000.json');
  });

  test('NaN in a field that nothing uses does not matter', () => {
    const text = JSON.stringify([rawProduct('B1', { average_rating: 5 })]).replace(':5', ':NaN');
    expect(load(text).catalogue.products.length).toBe(1);
  });
});

describe('openCatalogue', () => {
  test('follows WEBSHOP_DATA, and tells the noun cache from the tagger', () => {
    load([rawProduct('B1')]);
    vi.stubEnv('WEBSHOP_DATA', folder);
    expect(openCatalogue({ source: 'auto' })).toMatchObject({ source: 'real', nouns: { source: 'tagger' } });
    write('title_nouns.json', { 'Plain Mug B1': ['cached'] });
    const { nouns } = openCatalogue({ source: 'auto' });
    expect(nouns.source).toBe('spacy');
    expect(nouns.nouns('Plain Mug B1')).toEqual(['cached']);
    expect(nouns.nouns('Red Cotton Shirt')).toContain('shirt');
    write('title_nouns.json', { Mug: 'mug' });
    expect(() => openCatalogue({ source: 'auto' })).toThrow('title_nouns.json, member "Mug"');
  });

  test('a named folder without a catalogue is an error that says what belongs there, also for auto', () => {
    expect(() => openCatalogue({ source: 'auto', dataFolder: folder })).toThrow(
      /The data folder names .* items_shuffle_1000.json/,
    );
    vi.stubEnv('WEBSHOP_DATA', folder);
    expect(() => openCatalogue({ source: 'real' })).toThrow('WEBSHOP_DATA names');
    write('items_shuffle.json', []);
    expect(() => openCatalogue({ source: 'real' })).toThrow('items_ins_v2.json');
  });

  test('human goals need their file', () => {
    load([rawProduct('B1')]);
    const open = () => openCatalogue({ source: 'real', dataFolder: folder, goals: 'human' });
    expect(open).toThrow('items_human_ins.json');
    write('items_human_ins.json', { B1: [{ instruction: 7 }] });
    expect(open).toThrow('items_human_ins.json, member "B1": instruction must be text.');
  });
});
