import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { appRouter } from '../../../../server/api/root.ts';
import type { ApiContext } from '../../../../server/api/trpc.ts';
import { getLab } from '../../../../server/lab.ts';

export const dynamic = 'force-dynamic';

/** server/http/server.ts has checked the request and says in this header who asks. */
function answer(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: (): ApiContext => ({
      lab: getLab(),
      actor: request.headers.get('x-hiper-actor') === 'owner' ? 'owner' : 'anonymous',
    }),
    onError({ error, path }) {
      if (error.code === 'INTERNAL_SERVER_ERROR') console.error(`[api] ${path}:`, error.cause ?? error);
    },
  });
}

export { answer as GET, answer as POST };
