/** The API of a data folder without pages, for `npm run bench -- store`; prints its address. */
import { createServer } from 'node:http';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { appRouter } from '../../../server/api/root.ts';
import { readConfig } from '../../../server/config.ts';
import { answerExport, EXPORT_PATH } from '../../../server/http/export.ts';
import { openLab } from '../../../server/open-lab.ts';

const { lab } = await openLab(readConfig({ HIPER_DATA: process.argv[2] }));
const http = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://localhost');
  if (pathname === '/usage') {
    const { user, system } = process.cpuUsage();
    response.end(
      JSON.stringify({ megabytes: process.memoryUsage.rss() / 1e6, cpuMs: (user + system) / 1000 }),
    );
  } else if (pathname === '/ping') response.end();
  else if (EXPORT_PATH.test(pathname)) answerExport(lab, response, pathname);
  else
    nodeHTTPRequestHandler({
      req: request,
      res: response,
      path: pathname.replace('/api/trpc/', ''),
      router: appRouter,
      createContext: () => ({ lab, actor: 'owner' as const }),
    });
});
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
});
