/**
 * Writes down what a client of MLflow and a HiPER Lab say to each other: `node test/server/mlflow/record.ts LAB FILE` prints the
 * address that the client is to be given, and writes FILE when it is stopped (Ctrl-C).
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Exchange } from './exchanges.ts';

const [lab = '', file = ''] = process.argv.slice(2);
const exchanges: Exchange[] = [];

const proxy = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const sent = Buffer.concat(chunks).toString();
  const { method = 'GET', url = '/', headers } = request;
  const contentType = headers['content-type'];
  const answer = await fetch(new URL(url, lab), {
    method,
    headers: contentType ? { 'content-type': contentType } : {},
    ...(sent !== '' && { body: sent }),
  });
  const text = await answer.text();
  exchanges.push({ method, path: url, contentType, sent, status: answer.status, answer: text });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
});

proxy.listen(0, '127.0.0.1', () => {
  const address = proxy.address();
  if (address && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`);
});
process.on('SIGINT', () => {
  // Ids and the name of the user are another's in every recording; what was asked twice with the same answer says nothing new.
  const run = exchanges.map(({ answer }) => /"run_id":"([a-z0-9]+)"/.exec(answer)?.[1]).find(Boolean) ?? '';
  const lines = exchanges.map((exchange) =>
    JSON.stringify(exchange)
      .replaceAll(run, 'RUN_ID')
      .replace(/(user_id\\": ?\\")[^"\\]*/g, '$1someone')
      .replace(/(mlflow\.user\\", ?\\"value\\": ?\\")[^"\\]*/g, '$1someone'),
  );
  writeFileSync(file, `[${[...new Set(lines)].join(',')}]\n`);
  process.exit();
});
