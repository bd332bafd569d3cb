import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import { appRouter } from '../api/root.ts';
import { type Access, type ProcedureMeta, scopeFor } from '../api/trpc.ts';
import answersJson from './answers.json' with { type: 'json' };
import { schemaOf } from './schemas.ts';
import type { Operation, Paths, Schema } from './types.ts';

const { answers } = answersJson;

/** Every procedure by its path, `runs.list`. */
export function listProcedures(): [path: string, procedure: AnyTRPCProcedure][] {
  // Typed as they are nested; the router keeps them flat.
  return Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>);
}

/** The procedures of the API as tRPC takes them over http: one call a request, input and answer in JSON. */
export function procedurePaths(): Paths {
  return Object.fromEntries(
    listProcedures().map(([path, procedure]) => {
      const isQuery = procedure._def.type === 'query';
      return [`/api/trpc/${path}`, { [isQuery ? 'get' : 'post']: operationOf(path, procedure) }];
    }),
  );
}

function operationOf(path: string, procedure: AnyTRPCProcedure): Operation {
  const { summary = path, access = 'owner' } = procedure._def.meta as ProcedureMeta;
  const { type } = procedure._def;
  const input = inputOf(procedure);
  return {
    operationId: path,
    tags: [path.split('.')[0]!],
    summary,
    ...accessOf(access, type),
    ...(input && type === 'query' && { parameters: [inputParameter(input)] }),
    ...(type === 'mutation' && {
      requestBody: {
        required: input !== null,
        content: { 'application/json': { schema: input ?? { type: 'object' } } },
      },
    }),
    responses: {
      200: {
        description: 'The answer of the procedure',
        content: { 'application/json': { schema: answerSchema(path) } },
      },
      default: { $ref: '#/components/responses/ProcedureError' },
    },
  };
}

function accessOf(
  access: Access,
  type: AnyTRPCProcedure['_def']['type'],
): Pick<Operation, 'security' | 'description'> {
  if (access === 'link')
    return {
      security: [{}],
      description: 'For whoever has a share link: `token` is the last part of its address.',
    };
  if (access === 'owner or link')
    return {
      security: [{ key: [scopeFor('owner', type)] }, {}],
      description: 'Without a key for whoever has a share link: `token` is the last part of its address.',
    };
  return { security: [{ key: [scopeFor(access, type)] }] };
}

/** All inputs of a procedure, which tRPC checks one after the other; null where it takes none. */
function inputOf({ _def }: AnyTRPCProcedure): Schema | null {
  const inputs = (_def as unknown as { inputs: unknown[] }).inputs.filter(
    (input) => input instanceof z.ZodType,
  );
  if (inputs.length === 0) return null;
  const schemas = inputs.map(schemaOf);
  return schemas.length === 1 ? schemas[0]! : { allOf: schemas };
}

const inputParameter = (schema: Schema) => ({
  name: 'input',
  in: 'query' as const,
  required: true,
  description: 'JSON, encoded for an address',
  content: { 'application/json': { schema } },
});

/** `{"result": {"data": …}}`; without `data` where a procedure answers with nothing. */
function answerSchema(path: string): Schema {
  const data = (answers as Record<string, Schema>)[path];
  return {
    type: 'object',
    properties: {
      result: {
        type: 'object',
        ...(data?.type !== 'null' && { properties: { data: data ?? {} }, required: ['data'] }),
      },
    },
    required: ['result'],
  };
}
