import { expect, it } from 'vitest';
import { defaultOf, FIELD_NAMES } from '../../../server/contract/fields/names.ts';
import { parseRunConfig } from '../../../server/contract/run-config.ts';
import { schemaFields, writeDescriptions, writeFacts } from './field-tables.ts';

it('the tables of fields that browsers read say what the schemas say', async () => {
  await expect(writeFacts()).toMatchFileSnapshot('../../../server/contract/fields/facts.ts');
  await expect(writeDescriptions()).toMatchFileSnapshot('../../../server/contract/fields/descriptions.ts');
});

it('the tables have the fields of the schema in its order, and its defaults', () => {
  expect(FIELD_NAMES).toEqual(schemaFields());
  expect(Object.fromEntries(FIELD_NAMES.map((name) => [name, defaultOf(name)]))).toEqual(parseRunConfig({}));
});
