import { expect, it } from 'vitest';
import { findOperations, operationsByTag } from '../../../app/keys/api/operations.ts';
import { makeDocument } from '../../../server/openapi/document.ts';

const operations = operationsByTag(makeDocument('1.2.3'));
const shown = (text: string) =>
  findOperations(operations, text).flatMap(([, all]) => all.map(({ operationId }) => operationId));

it('shows every operation once, by its noun', () => {
  const ids = operations.flatMap(([, all]) => all.map(({ operationId }) => operationId));
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.fromEntries(operations).keys?.map(({ operationId }) => operationId)).toEqual([
    'keys.create',
    'keys.list',
    'keys.revoke',
  ]);
});

it('shows words without the marks of Markdown', () => {
  for (const { summary, description = '' } of operations.flatMap(([, all]) => all))
    expect(summary + description).not.toContain('`');
});

it('finds operations by words of their path, what they do, and scope', () => {
  expect(shown('runs.logs')).toEqual(['runs.logs']);
  expect(shown('POST admin trpc/keys.')).toEqual(['keys.create', 'keys.revoke']);
  expect(shown('share link trpc/episodes.')).toEqual(['episodes.overview', 'episodes.list', 'episodes.get']);
  expect(shown('nothing like it')).toEqual([]);
});

it('shows inputs whichever way they travel', () => {
  const input = (id: string) =>
    operations.flatMap(([, all]) => all).find(({ operationId }) => operationId === id)?.input;
  expect(input('runs.list')).toBeNull();
  expect(input('runs.get')).toMatchObject({ properties: { id: { type: 'string' } } });
  expect(input('runs.label')).toMatchObject({ properties: { starred: { type: 'boolean' } } });
  expect(input('export.bundle')).toMatchObject({ properties: { id: {}, checkpoint: {} }, required: ['id'] });
});
