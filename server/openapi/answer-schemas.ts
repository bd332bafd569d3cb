import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGenerator, getProgramFromFiles } from 'typescript-json-schema';
import type { Schema } from './types.ts';

/** What procedures answer with, by path, and the types they refer to by name. */
export interface AnswerSchemas {
  answers: Record<string, Schema>;
  schemas: Record<string, Schema>;
}

const ROOT = join(import.meta.dirname, '../..');
const COMPONENTS = '#/components/schemas/';
const DEFINITIONS = '#/definitions/';
/** Names of the house; the others are of TypeScript or made up by the generator. */
const isOurs = (name: string) =>
  /^[A-Z][A-Za-z]*$/.test(name) && !/^(OutputsOf|Record|Omit|Pick|Partial)$/.test(name);

/** Works out from the types of the code what every procedure answers with; takes seconds. Development only. */
export function makeAnswerSchemas(): AnswerSchemas {
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  const { plugins: _plugins, incremental: _incremental, ...options } = compilerOptions;
  const program = getProgramFromFiles([join(import.meta.dirname, 'answers.ts')], options, ROOT);
  const generator = buildGenerator(program, {
    required: true,
    strictNullChecks: true,
    aliasRef: true,
    ignoreErrors: true,
  });
  if (!generator) throw new Error('The types of server/api cannot be read: see npm run check');
  const { properties, definitions } = JSON.parse(JSON.stringify(generator.getSchemaForSymbol('Answers'))) as {
    properties: { procedures: Schema };
    definitions: Record<string, Schema>;
  };
  const reader = new Definitions(definitions);
  const nouns = reader.propertiesOf(properties.procedures);
  const answers = Object.entries(nouns).flatMap(([noun, schema]) =>
    Object.entries(reader.propertiesOf(schema)).map(([name, answer]) => [
      `${noun}.${name}`,
      reader.rename(answer),
    ]),
  );
  return { answers: Object.fromEntries(answers), schemas: reader.used };
}

/** Definitions by the generator's names, some of which are whole types. */
class Definitions {
  /** Those that something refers to, by the names of the house. */
  readonly used: Record<string, Schema> = {};
  readonly #definitions: Record<string, Schema>;
  /** Names of the house by what they stand for. */
  readonly #names = new Map<string, string>();

  constructor(definitions: Record<string, Schema>) {
    this.#definitions = definitions;
    for (const name of Object.keys(definitions).filter(isOurs))
      this.#names.set(JSON.stringify(this.#look(name)), name);
  }

  propertiesOf(schema: Schema): Record<string, Schema> {
    return this.#resolve(schema).properties as Record<string, Schema>;
  }

  /** The schema with references to names of the house alone. */
  rename(schema: Schema): Schema {
    if (typeof schema.$ref !== 'string') return mapSchemas(schema, (part) => this.rename(part));
    const target = this.#resolve(schema);
    const name = this.#names.get(JSON.stringify(target));
    if (name === undefined) return this.rename(target);
    if (!(name in this.used)) {
      this.used[name] = {}; // a type may hold itself
      this.used[name] = mapSchemas(target, (part) => this.rename(part));
    }
    const { $ref: _ref, ...beside } = schema;
    return { ...beside, $ref: COMPONENTS + name };
  }

  #resolve(schema: Schema): Schema {
    return typeof schema.$ref === 'string' ? this.#look(schema.$ref.slice(DEFINITIONS.length)) : schema;
  }

  #look(name: string): Schema {
    const found = this.#definitions[name] ?? this.#definitions[decodeURIComponent(name)];
    if (!found) throw new Error(`The generator speaks of ${name} and does not define it`);
    return this.#resolve(found);
  }
}

/** A schema with others in place of those it is made of; tuples as draft 2020-12 writes them. */
function mapSchemas(schema: Schema, change: (part: Schema) => Schema): Schema {
  const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
  const mapped = Object.entries(schema).map(([key, value]): [string, unknown] => {
    switch (key) {
      case 'properties':
      case 'patternProperties':
        return [key, mapValues(value as Record<string, Schema>, change)];
      case 'anyOf':
      case 'allOf':
      case 'oneOf':
        return [key, (value as Schema[]).map(change)];
      case 'items':
        return Array.isArray(value) ? ['prefixItems', value.map(change)] : [key, change(value as Schema)];
      case 'additionalItems':
        return ['items', isSchema(value) ? change(value) : value];
      case 'additionalProperties':
      case 'not':
        return [key, isSchema(value) ? change(value) : value];
      default:
        return [key, value];
    }
  });
  return Object.fromEntries(mapped);
}

const mapValues = (values: Record<string, Schema>, change: (part: Schema) => Schema) =>
  Object.fromEntries(Object.entries(values).map(([name, part]) => [name, change(part)]));
