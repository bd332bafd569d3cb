import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Team } from '../../../server/rl/train/team/team.ts';
import type { Job } from './jobs.ts';
import type { BenchSize } from './sizes.ts';

/** What a thread of the team is started with. */
export interface TeamThread {
  rank: number;
  teamSize: number;
  sizeName: BenchSize['name'];
  task: 'train' | 'decode';
  microRows: number;
  /** To every other member, in order of rank. */
  ports: MessagePort[];
}

/** A team whose members talk to each other directly. `ports`: to every other member, in order of rank. */
export function meet(rank: number, size: number, ports: readonly MessagePort[]): Team {
  const queues = ports.map((port) => {
    const arrived: unknown[] = [];
    const waiting: ((part: unknown) => void)[] = [];
    port.on('message', (part) => {
      const deliver = waiting.shift();
      if (deliver) deliver(part);
      else arrived.push(part);
    });
    port.unref();
    return () =>
      arrived.length > 0
        ? Promise.resolve(arrived.shift())
        : new Promise<unknown>((resolve) => waiting.push(resolve));
  });
  const gather = async <T>(part: T): Promise<T[]> => {
    for (const port of ports) port.postMessage(part);
    const others = (await Promise.all(queues.map((next) => next()))) as T[];
    return others.toSpliced(rank, 0, part);
  };
  return { rank, size, gather, close: async () => {} };
}

/** A job done by a team of threads as a run's trainer does it, each with an engine of one thread. */
export function teamJob(
  task: TeamThread['task'],
  size: BenchSize,
  teamSize: number,
): { job: Job; close(): Promise<void> } {
  const ports: MessagePort[][] = Array.from({ length: teamSize }, () => []);
  for (let a = 0; a < teamSize; a++)
    for (let b = a + 1; b < teamSize; b++) {
      const { port1, port2 } = new MessageChannel();
      ports[a]?.push(port1);
      ports[b]?.push(port2);
    }
  const workers = ports.map((theirs, rank) => {
    const { name, microRows } = size;
    const workerData: TeamThread = { rank, teamSize, sizeName: name, task, microRows, ports: theirs };
    return new Worker(new URL('./team-thread.ts', import.meta.url), { workerData, transferList: theirs });
  });
  const tell = (order: 'prepare' | 'run' | 'end'): Promise<unknown[]> =>
    Promise.all(
      workers.map(async (worker) => {
        const answer = once(worker, order === 'end' ? 'exit' : 'message');
        worker.postMessage(order);
        return (await answer)[0];
      }),
    );
  const job: Job = {
    amount: size.rows * (task === 'train' ? size.positions : size.responses),
    prepare: async () => void (await tell('prepare')),
    run: async () => (await tell('run'))[0] as number,
  };
  return { job, close: async () => void (await tell('end')) };
}
