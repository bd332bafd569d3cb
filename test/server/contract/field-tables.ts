import { type FieldName, fieldParts, fieldsSchema } from '../../../server/contract/fields/fields.ts';
import { describeFields } from '../../../server/contract/run-config.ts';

const HEAD = `// Written from the schemas by field-tables.test.ts: npx vitest run test/server/contract/field-tables.test.ts --update
// biome-ignore-all format: written by a program
// biome-ignore-all lint/style/useNumericSeparators: written by a program
`;

const partOf = (name: FieldName) =>
  Object.entries(fieldParts).find(([, schemas]) => name in schemas)![0] as keyof typeof fieldParts;

function table(name: string, type: string, comment: string, rows: [name: string, value: object][]): string {
  const lines = rows.map(([field, value]) => `  ${field}: ${JSON.stringify(value)},\n`);
  return `/** ${comment} */\nexport const ${name}: Readonly<Record<FieldName, ${type}>> = {\n${lines.join('')}};\n`;
}

/** Text of server/contract/fields/facts.ts. */
export function writeFacts(): string {
  const rows = describeFields().map(({ name, group, title, default: value }): [string, object] => [
    name,
    { part: partOf(name), group, title, default: value },
  ]);
  return `${HEAD}import type { FieldName, FieldPart } from './fields.ts';
import type { FieldGroup } from './groups.ts';

export interface FieldFacts {
  part: FieldPart;
  group: FieldGroup;
  title: string;
  default: unknown;
}

${table('FIELD_FACTS', 'FieldFacts', 'What browsers need to know of fields, without the schemas and their library; in the order of the form.', rows)}`;
}

/** Text of server/contract/fields/descriptions.ts. */
export function writeDescriptions(): string {
  const rows = describeFields().map(({ name, description, unit }): [string, object] => [
    name,
    { description, unit },
  ]);
  return `${HEAD}import type { FieldName } from './fields.ts';

export interface FieldDescription {
  description: string;
  unit?: string;
}

${table('FIELD_DESCRIPTIONS', 'FieldDescription', 'The long texts, apart: for who shows every field.', rows)}`;
}

/** The order of the schema. */
export const schemaFields = () => Object.keys(fieldsSchema.shape);
