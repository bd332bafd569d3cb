import type { KeyScope } from '../contract/keys.ts';
import { PROXY_SCOPES } from '../mlflow/artifact-proxy.ts';
import { ENDPOINTS, type Endpoint } from '../mlflow/endpoints.ts';
import { schemaOf } from './schemas.ts';
import type { Method, Operation, Parameter, Paths, Schema } from './types.ts';

const ROOT = '/api/2.0/mlflow/';
const PROXY = '/api/2.0/mlflow-artifacts/artifacts';
const TAG = 'MLflow';

/** MLflow's tracking protocol, as far as it is spoken here. */
export function mlflowPaths(): Paths {
  const paths: Paths = {};
  for (const [name, endpoint] of Object.entries(ENDPOINTS)) {
    const [method = '', path = ''] = name.split(' ');
    paths[ROOT + path] = {
      ...paths[ROOT + path],
      [method.toLowerCase()]: operationOf(method, path, endpoint),
    };
  }
  return { ...paths, ...proxyPaths() };
}

function operationOf(method: string, path: string, { scope, schema }: Endpoint): Operation {
  const request = schemaOf(schema);
  const isGet = method === 'GET';
  const isTwin = !isGet && `GET ${path}` in ENDPOINTS;
  return {
    ...common(`mlflow.${path}${isTwin ? '.post' : ''}`, scope),
    summary: `MLflow’s ${path}`,
    ...(isGet && { parameters: queryParameters(request) }),
    ...(!isGet && { requestBody: { required: true, content: { 'application/json': { schema: request } } } }),
  };
}

const common = (operationId: string, scope: KeyScope): Omit<Operation, 'summary'> => ({
  operationId: operationId.replaceAll('/', '.'),
  tags: [TAG],
  security: [{ key: [scope] }],
  responses: {
    200: {
      description: 'As MLflow answers',
      content: { 'application/json': { schema: { type: 'object' } } },
    },
    default: { $ref: '#/components/responses/MlflowError' },
  },
});

function queryParameters({ properties = {}, required = [] }: Schema): Parameter[] {
  return Object.entries(properties as Record<string, Schema>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: (required as string[]).includes(name),
    schema,
  }));
}

const PROXY_WORDS: Record<string, string> = {
  GET: 'Reads an artifact, which is text',
  PUT: 'Stores an artifact of text or JSON',
  DELETE: 'Deletes an artifact',
};

function proxyPaths(): Paths {
  const path: Parameter = {
    name: 'path',
    in: 'path',
    required: true,
    description: '<experiment>/<run>/artifacts/<name>; its slashes stand as they are',
    schema: { type: 'string' },
  };
  const text = { content: { 'text/plain': { schema: { type: 'string' } } } };
  const operations = Object.entries(PROXY_WORDS).map(([method, summary]): [Method, Operation] => [
    method.toLowerCase() as Method,
    {
      ...common(`mlflow.artifact-proxy.${method.toLowerCase()}`, PROXY_SCOPES[method]!),
      summary,
      parameters: [path],
      ...(method === 'PUT' && { requestBody: { required: true, ...text } }),
      ...(method === 'GET' && {
        responses: {
          200: { description: 'The artifact', ...text },
          default: { $ref: '#/components/responses/MlflowError' },
        },
      }),
    },
  ]);
  const folder: Operation = {
    ...common('mlflow.artifact-proxy.list', PROXY_SCOPES.GET!),
    summary: 'Lists artifacts of a folder',
    parameters: [
      { ...path, name: 'path', in: 'query', description: '<experiment>/<run>/artifacts/<folder>' },
    ],
  };
  return { [PROXY]: { get: folder }, [`${PROXY}/{path}`]: Object.fromEntries(operations) };
}
