/** `npm run api:answers`: writes what the types of the code say of answers where the server finds it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAnswerSchemas } from './answer-schemas.ts';

/** A line an entry, so that changes can be read. */
const lines = (entries: object) =>
  Object.entries(entries)
    .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(',\n');

const { answers, schemas } = makeAnswerSchemas();
writeFileSync(
  join(import.meta.dirname, 'answers.json'),
  `{\n  "answers": {\n${lines(answers)}\n  },\n  "schemas": {\n${lines(schemas)}\n  }\n}\n`,
);
console.log(`${Object.keys(answers).length} procedures, ${Object.keys(schemas).length} types`);
