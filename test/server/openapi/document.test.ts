import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { KEY_SCOPES } from '../../../server/contract/keys.ts';
import { ENDPOINTS } from '../../../server/mlflow/endpoints.ts';
import { makeAnswerSchemas } from '../../../server/openapi/answer-schemas.ts';
import answersJson from '../../../server/openapi/answers.json' with { type: 'json' };
import { makeDocument } from '../../../server/openapi/document.ts';
import { listProcedures } from '../../../server/openapi/procedures.ts';

/** As it is sent. */
const document = JSON.parse(JSON.stringify(makeDocument('1.2.3'))) as ReturnType<typeof makeDocument>;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

it('is valid OpenAPI 3.1, whose references lead somewhere', async () => {
  const validator = new Validator();
  expect(await validator.validate({ ...document })).toMatchObject({ valid: true });
  expect(validator.version).toBe('3.1');
  const references = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g);
  for (const [, reference] of references) {
    const target = reference!
      .slice(2)
      .split('/')
      .reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], document);
    expect(target, reference).toBeDefined();
  }
  const broken = structuredClone(document);
  Object.assign(broken.paths, { '/x': { get: { summary: 3 } } });
  expect((await new Validator().validate({ ...broken })).valid).toBe(false);
});

it('lists every procedure and every call of MLflow’s protocol, each once', () => {
  for (const [path, { _def }] of listProcedures())
    expect(operations.filter(({ operationId }) => operationId === path)).toMatchObject([
      { path: `/api/trpc/${path}`, method: _def.type === 'query' ? 'get' : 'post' },
    ]);
  for (const call of Object.keys(ENDPOINTS)) {
    const [method, path] = call.split(' ');
    expect(operations).toContainEqual(
      expect.objectContaining({ path: `/api/2.0/mlflow/${path}`, method: method!.toLowerCase() }),
    );
  }
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

it.each(listProcedures().map(([path, procedure]) => ({ path, procedure })))(
  'says what $path does (.meta({ summary }) of the procedure)',
  ({ procedure }) => {
    expect((procedure._def.meta as { summary?: string }).summary).toMatch(/\w{3}/);
  },
);

it('says of answers what the types of the code say (npm run api:answers)', { timeout: 300_000 }, () => {
  expect(makeAnswerSchemas()).toEqual(answersJson);
});

it('names the scopes that an operation needs, which are those of keys', () => {
  const scopes = Object.fromEntries(operations.map((each) => [each.operationId, each.security]));
  expect(scopes).toMatchObject({
    'runs.list': [{ key: ['read'] }],
    'runs.launch': [{ key: ['control'] }],
    'keys.create': [{ key: ['admin'] }],
    'shares.open': [{}],
    'episodes.get': [{ key: ['read'] }, {}],
    'export.parquet': [{ key: ['read'] }],
    'import.files': [{ key: ['metrics'] }],
    'mlflow.runs.log-batch': [{ key: ['metrics'] }],
    'mlflow.runs.delete': [{ key: ['control'] }],
  });
  for (const scope of operations.flatMap(({ security }) => security.flatMap(({ key = [] }) => key)))
    expect(KEY_SCOPES).toContain(scope);
});

it('describes inputs as the server checks them, the config of a run field by field', () => {
  const { properties } = document.components.schemas!.RunConfigInput as {
    properties: Record<string, object>;
  };
  expect(properties.kappa).toMatchObject({ type: 'number', minimum: 0, maximum: 1, title: 'Kappa' });
  expect(JSON.stringify(document.paths['/api/trpc/runs.launch'])).toContain(
    '#/components/schemas/RunConfigInput',
  );
  expect(document.paths['/api/trpc/runs.logs']!.get!.parameters).toMatchObject([
    {
      name: 'input',
      in: 'query',
      content: { 'application/json': { schema: { required: ['id', 'limit'] } } },
    },
  ]);
  expect(JSON.stringify(makeDocument('1.2.3'))).toBe(JSON.stringify(document));
});
