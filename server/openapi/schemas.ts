import { z } from 'zod';
import { configInput, varianceOptionsInput } from '../api/inputs.ts';
import { fieldsSchema } from '../contract/fields/fields.ts';
import { varianceOptionsSchema } from '../contract/variance.ts';
import answersJson from './answers.json' with { type: 'json' };
import type { Schema } from './types.ts';

/** What procedures take unseen and check by themselves, so that they can say what is wrong. */
const CHECKED_LATER = new Map<unknown, string>([
  [configInput, 'RunConfigInput'],
  [varianceOptionsInput, 'VarianceOptionsInput'],
]);

/** What a caller may send, as a JSON schema. What only code checks (refinements) is not in it. */
export function schemaOf(type: z.ZodType): Schema {
  const { $schema: _draft, ...schema } = z.toJSONSchema(type, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const name = CHECKED_LATER.get(zodSchema);
      if (name) jsonSchema.$ref = `#/components/schemas/${name}`;
    },
  });
  return schema;
}

/** What operations refer to by name. */
export function namedSchemas(): Record<string, Schema> {
  return {
    ...answersJson.schemas,
    RunConfigInput: {
      ...schemaOf(fieldsSchema),
      description: 'Fields of a run; one that is left out has its default.',
    },
    VarianceOptionsInput: schemaOf(varianceOptionsSchema),
  };
}
