import type { KeyScope } from '../contract/keys.ts';

/** A JSON schema of draft 2020-12, which OpenAPI 3.1 takes as it is. */
export type Schema = Record<string, unknown>;

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  description?: string;
  schema?: Schema;
  /** Of a parameter that is JSON itself. */
  content?: Record<string, { schema: Schema }>;
}

type Content = Record<string, { schema: Schema }>;

/** One way to call the API (https://spec.openapis.org/oas/v3.1.0#operation-object). */
export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  /** Scopes stand as roles of the bearer; an empty object: without a key. */
  security: Record<string, KeyScope[]>[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { description: string; content?: Content } | { $ref: string }>;
}

export type Method = 'get' | 'put' | 'post' | 'delete';
export type Paths = Record<string, Partial<Record<Method, Operation>>>;

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  paths: Paths;
  components: Record<string, Record<string, unknown>>;
}
