import { filePaths } from './files.ts';
import { mlflowPaths } from './mlflow.ts';
import { procedurePaths } from './procedures.ts';
import { namedSchemas } from './schemas.ts';
import type { OpenApiDocument, Schema } from './types.ts';

const ABOUT = `What programs may ask of a HiPER Lab over http. Where the server has a secret they send a key of its page Keys as
\`Authorization: Bearer\`; the scope that each operation needs stands at it, and \`admin\` goes for all. Without a secret none is
needed. What happens to a run is pushed over Socket.IO, which is not described here.`;

const json = (schema: Schema) => ({ 'application/json': { schema } });
const text: Schema = { type: 'string' };

/** The whole http API for programs as OpenAPI 3.1, made of what the server checks requests with. */
export function makeDocument(version: string): OpenApiDocument {
  const paths = { ...procedurePaths(), ...filePaths(), ...mlflowPaths() };
  const tags = Object.values(paths).flatMap((path) =>
    Object.values(path).flatMap((operation) => operation.tags),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'HiPER Lab',
      version,
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(tags)].map((name) => ({ name })),
    paths,
    components: {
      schemas: namedSchemas(),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of the page Keys, or HIPER_SECRET' },
      },
      responses: {
        ProcedureError: {
          description: 'Why it was not done',
          content: json({
            type: 'object',
            properties: {
              error: {
                type: 'object',
                properties: {
                  message: { ...text, description: 'For people: names the field and what to do' },
                  data: { type: 'object', properties: { code: text, httpStatus: { type: 'integer' } } },
                },
              },
            },
          }),
        },
        MlflowError: {
          description: 'Why it was not done, as MLflow says it',
          content: json({ type: 'object', properties: { error_code: text, message: text } }),
        },
        Refusal: {
          description: 'Why it was not done',
          content: {
            ...json({ type: 'object', properties: { message: text } }),
            'text/plain': { schema: text },
          },
        },
      },
    },
  };
}
