import type { Method, OpenApiDocument, Operation, Schema } from '../../../server/openapi/types.ts';

/** An operation as the page shows it. */
export interface ShownOperation extends Operation {
  method: string;
  path: string;
  /** Scopes of a key, or that none is needed. */
  access: string;
  /** What it takes; null: nothing. */
  input: Schema | null;
  /** What it answers with, as far as that is described. */
  answer: Schema | null;
}

/** Every operation of the document by the noun it is about. */
export function operationsByTag({ tags, paths }: OpenApiDocument): [tag: string, ShownOperation[]][] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    (Object.entries(methods) as [Method, Operation][]).map(([method, operation]) => ({
      ...operation,
      summary: plain(operation.summary),
      ...(operation.description !== undefined && { description: plain(operation.description) }),
      method: method.toUpperCase(),
      path,
      access: accessWords(operation),
      input: inputOf(operation),
      answer: schemaIn(operation.responses[200]),
    })),
  );
  return tags.map(({ name }) => [name, all.filter((operation) => operation.tags.includes(name))]);
}

/** Words of Markdown without their marks. */
const plain = (text: string) => text.replaceAll('`', '');

function accessWords({ security }: Operation): string {
  const keys = security.flatMap(({ key = [] }) => key);
  const link = security.some((each) => Object.keys(each).length === 0);
  return [...keys, ...(link ? ['share link'] : [])].join(' or ');
}

function schemaIn(holder: object | undefined): Schema | null {
  const content = holder && 'content' in holder ? (holder.content as Record<string, { schema: Schema }>) : {};
  return Object.values(content)[0]?.schema ?? null;
}

/** The body, the one parameter that is JSON, or all parameters as the properties of an object. */
function inputOf({ requestBody, parameters = [] }: Operation): Schema | null {
  if (requestBody) return schemaIn(requestBody);
  const json = parameters.find(({ content }) => content);
  if (json) return schemaIn(json);
  if (parameters.length === 0) return null;
  return {
    type: 'object',
    properties: Object.fromEntries(
      parameters.map(({ name, description, schema }) => [
        name,
        { ...schema, ...(description && { description }) },
      ]),
    ),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
}

/** Operations that have every word in their path, their summary or their scopes; nouns without one are left out. */
export function findOperations(
  operations: readonly [tag: string, ShownOperation[]][],
  text: string,
): [tag: string, ShownOperation[]][] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.flatMap(([tag, all]): [string, ShownOperation[]][] => {
    const found = all.filter(({ method, path, summary, access }) => {
      const said = `${method} ${path} ${summary} ${access}`.toLowerCase();
      return words.every((word) => said.includes(word));
    });
    return found.length > 0 ? [[tag, found]] : [];
  });
}
