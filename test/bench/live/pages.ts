/** Some open pages of one run, for `npm run bench -- live`: the socket and the bookkeeping of a page, without the page. */
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '../../../server/contract/events.ts';
import type { PagesAnswer, PagesOrder } from './pages-report.ts';
import { SENT_AT } from './pages-report.ts';

const [url, runId, count, dropping] = process.argv.slice(2) as [string, string, string, string];

interface Page {
  socket: Socket<ServerToClient, ClientToServer>;
  lastSeq: number;
  events: number;
  /** Events that came again, or after a gap. */
  doubled: number;
  latenciesMs: number[];
  connections: number;
}

function openPage(): Promise<Page> {
  const socket: Page['socket'] = io(url, { reconnectionDelayMax: 5000, forceNew: true });
  const page: Page = { socket, lastSeq: 0, events: 0, doubled: 0, latenciesMs: [], connections: 0 };
  socket.on('events', ({ events }) => {
    const now = Date.now();
    for (const event of events) {
      if (event.kind === 'progress') continue;
      if (event.seq <= page.lastSeq) page.doubled++;
      else page.events++;
      page.lastSeq = Math.max(page.lastSeq, event.seq);
      const sentAt = event.kind === 'metrics' ? event.values[SENT_AT] : undefined;
      // What a page missed while it was away is as old as its absence.
      if (typeof sentAt === 'number' && page.connections === 1) page.latenciesMs.push(now - sentAt);
    }
  });
  return new Promise((resolve, reject) => {
    socket.on('connect', () => {
      page.connections++;
      socket.emit('subscribe', { runId, afterSeq: page.lastSeq }, (answer) => {
        if (answer.ok) resolve(page);
        else reject(new Error(answer.message));
      });
    });
  });
}

const tell = (answer: PagesAnswer) => process.send!(answer);
const pages: Page[] = [];
// A few at a time: two hundred people do not click at once.
for (let at = 0; at < Number(count); at += 10)
  pages.push(
    ...(await Promise.all(Array.from({ length: Math.min(10, Number(count) - at) }, () => openPage()))),
  );
tell({ kind: 'open' });

process.on('message', async (order: PagesOrder) => {
  if (order.kind === 'drop')
    for (const { socket } of pages.slice(0, Number(dropping))) socket.io.engine.close();
  else {
    const deadline = Date.now() + order.waitMs;
    while (pages.some(({ lastSeq }) => lastSeq < order.lastSeq) && Date.now() < deadline) await sleep(50);
    tell({
      kind: 'report',
      lost: pages.map(({ events }) => order.lastSeq - events),
      doubled: pages.map(({ doubled }) => doubled),
      reconnected: pages.filter(({ connections }) => connections > 1).length,
      latenciesMs: pages.flatMap(({ latenciesMs }) => latenciesMs),
    });
    for (const { socket } of pages) socket.disconnect();
    process.disconnect();
  }
});
