import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { listen } from '../../../server/http/listen.ts';
import { warmUp } from '../../../server/http/warm-up.ts';
import { freePort } from '../../e2e/lab.ts';

it('asks a server for a page and for the curves of no run, whatever it answers', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(asked.length === 1 ? 302 : 404, { Location: '/login' }).end();
  });
  const address = await listen(server, '127.0.0.1', await freePort());
  await warmUp(address);
  const [page, answer] = asked.map((path) => new URL(path, address));
  expect(asked).toHaveLength(2);
  expect(page!.pathname).toBe('/compare');
  expect(answer!.pathname).toBe('/api/trpc/metrics.snapshots');
  expect(JSON.parse(answer!.searchParams.get('input')!)).toEqual({ runIds: ['nobody'] });
  server.close();
  await warmUp(address);
  expect(asked).toHaveLength(2);
});
