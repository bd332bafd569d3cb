import { expect, test } from 'vitest';
import {
  dictJson,
  dictRepr,
  floatText,
  optionsJson,
  stringRepr,
  strip,
} from '../../../../../server/rl/envs/webshop/python-text.ts';

test.each([
  [35, '35.0'],
  [877.8, '877.8'],
  [1 / 30, '0.03333333333333333'],
  [0, '0.0'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1e16, '1e+16'],
  [123456789012345680, '1.2345678901234568e+17'],
])('%s is written %s', (value, text) => {
  expect(floatText(value)).toBe(text);
});

test('strings are quoted as repr does', () => {
  expect(stringRepr('blue')).toBe("'blue'");
  expect(stringRepr("men's")).toBe('"men\'s"');
  expect(stringRepr(`men's 20"`)).toBe(`'men\\'s 20"'`);
  expect(stringRepr('a\\b\n\u00a0\u200b中')).toBe("'a\\\\b\\n\\xa0\\u200b中'");
});

test('options as a dict, as JSON and as JSON inside HTML', () => {
  const options = new Map([
    ['size', '20"x20"'],
    ['color', "chef's <é>"],
  ]);
  expect(dictRepr(options)).toBe(`{'size': '20"x20"', 'color': "chef's <é>"}`);
  expect(dictJson(options)).toBe(`{"size": "20\\"x20\\"", "color": "chef's <\\u00e9>"}`);
  expect(optionsJson(options)).toBe(`{"color": "chef\\u0027s \\u003c\\u00e9\\u003e", "size": "20\\"x20\\""}`);
});

test('strip takes what Python calls white space, and no more', () => {
  expect(strip(' \u00a0\u001c\u0085x y\u3000\n')).toBe('x y');
  expect(strip('\ufeffx\ufeff')).toBe('\ufeffx\ufeff');
  expect(strip('')).toBe('');
});
