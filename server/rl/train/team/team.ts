import { type MessagePort, Worker } from 'node:worker_threads';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { EngineName } from '../../tensor/engine.ts';

/**
 * The threads that train one run together, each with an engine of its own. All of them run the same program on the same
 * numbers; they share out episodes and mini-batches and meet in `gather`. Who does what depends on the size of the team
 * only, so a run's numbers do too.
 */
export interface Team {
  /** 0 leads: it alone talks to the outside and writes files. */
  readonly rank: number;
  readonly size: number;
  /** Everyone's part, in order of rank, at every member. Parts are copied as by `structuredClone`. */
  gather<T>(part: T): Promise<T[]>;
  /** Sends the other members home and waits until they are gone. */
  close(): Promise<void>;
}

/** A team of one. */
export const ALONE: Team = {
  rank: 0,
  size: 1,
  gather: async (part) => [part],
  close: async () => {},
};

/** The leader's part at every member. */
export async function fromLeader<T>(team: Team, part: T): Promise<T> {
  return (await team.gather(part))[0] as T;
}

/** The entries that fall to this member: every `size`th one. */
export function ownShare<T>(team: Team, all: readonly T[]): T[] {
  return all.filter((_, index) => index % team.size === team.rank);
}

/** Undoes `ownShare`: the shares of all members, in order of rank, as the one list they were taken from. */
export function joinShares<T>(shares: readonly (readonly T[])[]): T[] {
  const total = shares.reduce((sum, share) => sum + share.length, 0);
  return Array.from(
    { length: total },
    (_, index) => shares[index % shares.length]?.[Math.floor(index / shares.length)] as T,
  );
}

/**
 * The entries that fall to this member where some take longer than others and all members wait for the last: the longest first, each
 * goes to who has least so far (Graham 1969, LPT). In the order of `all`; `joinShares` does not undo it.
 */
export function evenShare<T>(team: Team, all: readonly T[], workOf: (entry: T) => number): T[] {
  if (team.size === 1) return [...all];
  const loads = Array.from({ length: team.size }, () => 0);
  const works = all.map(workOf);
  const own = new Set<number>();
  for (const index of works.map((_, i) => i).sort((a, b) => (works[b] as number) - (works[a] as number))) {
    const rank = loads.indexOf(Math.min(...loads));
    loads[rank] = (loads[rank] as number) + (works[index] as number);
    if (rank === team.rank) own.add(index);
  }
  return all.filter((_, index) => own.has(index));
}

/** Thrown by `gather` in a member whose leader has closed the team. */
export class TeamEnded extends Error {}

/** What a member must know to do as its leader does. */
export interface MemberOptions {
  rank: number;
  size: number;
  config: RunConfig;
  folder: string;
  warmStartFolder: string;
  modelsFolder: string | undefined;
  hashFolder: string | undefined;
  engine: EngineName;
  resume: boolean;
}

/** What members send the leader, and what they get back: the parts of one `gather`, or that it is over. */
interface PartMessage {
  round: number;
  part: unknown;
}
interface PartsMessage {
  round: number;
  /** In order of rank; the receiver's own is left out. */
  parts: unknown[];
}
const END = 'end';

/** The leader's side: starts `size - 1` threads that run `team-member.ts`. */
export function openTeam(size: number, options: Omit<MemberOptions, 'rank' | 'size'>): Team {
  if (size === 1) return ALONE;
  const workers = Array.from(
    { length: size - 1 },
    (_, index) =>
      new Worker(new URL('../team-member.ts', import.meta.url), {
        workerData: { ...options, rank: index + 1, size } satisfies MemberOptions,
      }),
  );
  const arrived = workers.map(() => new Map<number, unknown>());
  let round = 0;
  let wake: (() => void) | null = null;
  let failure: Error | null = null;
  let isClosed = false;
  const gone = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
  workers.forEach((worker, index) => {
    worker.on('message', ({ round: at, part }: PartMessage) => {
      arrived[index]?.set(at, part);
      wake?.();
    });
    const fail = (error: Error) => {
      if (isClosed) return;
      failure ??= error;
      wake?.();
    };
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`training thread ${index + 1} ended with code ${code}`)));
  });
  return {
    rank: 0,
    size,
    async gather<T>(part: T): Promise<T[]> {
      round++;
      while (!arrived.every((parts) => parts.has(round))) {
        if (failure) throw failure;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const parts = [part, ...arrived.map((waiting) => waiting.get(round) as T)];
      for (const waiting of arrived) waiting.delete(round);
      workers.forEach((worker, index) => {
        const others = parts.map((other, rank) => (rank === index + 1 ? null : other));
        worker.postMessage({ round, parts: others } satisfies PartsMessage);
      });
      return parts;
    },
    async close() {
      isClosed = true;
      // Not `terminate`: a thread that is stopped inside ONNX Runtime takes the whole process along.
      for (const worker of workers) worker.postMessage(END);
      await Promise.all(gone);
    },
  };
}

/** A member's side, over its port to the leader. */
export function joinTeam(port: MessagePort, rank: number, size: number): Team {
  let round = 0;
  let hasEnded = false;
  let deliver: ((message: PartsMessage | null) => void) | null = null;
  port.on('message', (message: PartsMessage | typeof END) => {
    hasEnded = message === END;
    deliver?.(message === END ? null : message);
  });
  return {
    rank,
    size,
    async gather<T>(part: T): Promise<T[]> {
      round++;
      if (hasEnded) throw new TeamEnded();
      const answer = new Promise<PartsMessage | null>((resolve) => (deliver = resolve));
      port.postMessage({ round, part } satisfies PartMessage);
      const message = await answer;
      if (message === null) throw new TeamEnded();
      const { round: at, parts } = message;
      if (at !== round) throw new Error(`thread ${rank} is at meeting ${round}, the leader at ${at}`);
      return parts.map((other, index) => (index === rank ? part : (other as T)));
    },
    async close() {},
  };
}
