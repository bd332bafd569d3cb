import type { Prisma, PrismaClient, Action as Row } from '../../prisma/generated/client.ts';
import type { Action, ActionDetails, ActionSubject, SubjectKind } from '../contract/actions.ts';
import { type SweepPlan, sweepTitle } from '../contract/sweep-plan.ts';

/**
 * So many are kept, the newest. A lab in which a hundred things a day are done remembers two months; they take a few megabytes, and a
 * program that changes something every minute leaves the last days.
 */
const MOST_ACTIONS = 6000;

/** An action that is to be kept. */
export interface NewAction extends Omit<Action, 'runs'> {
  runIds: string[];
}

/** Something that is there, and what it is called. */
export interface Named {
  kind: SubjectKind;
  id: string;
  name: string;
  /** Of a link: those that it shows; of an evaluation: its run. */
  runIds?: string[];
}

function toAction({ id, time, procedure, keyId, keyName, runIds, subjects, details }: Row): Action {
  return {
    id,
    time: time.getTime(),
    procedure,
    key: keyId === null ? null : { id: keyId, name: keyName ?? '' },
    subjects: subjects as unknown as ActionSubject[],
    runs: runIds.length,
    details: details as unknown as ActionDetails,
  };
}

/** What was done, by whom and to what: it outlives what it was done to. */
export class ActionStore {
  readonly #db: PrismaClient;
  readonly #most: number;

  constructor(db: PrismaClient, most = MOST_ACTIONS) {
    this.#db = db;
    this.#most = most;
  }

  /** Does nothing where it is there already. The oldest make room. */
  async add({ key, time, subjects, details, ...rest }: NewAction): Promise<void> {
    const row = {
      ...rest,
      time: new Date(time),
      keyId: key?.id ?? null,
      keyName: key?.name ?? null,
      subjects: subjects as unknown as Prisma.InputJsonValue,
      details: details as unknown as Prisma.InputJsonValue,
    };
    await this.#db.action.createMany({ data: [row], skipDuplicates: true });
    await this.#db.$executeRaw`
      DELETE FROM "Action" WHERE "seq" <= (SELECT max("seq") FROM "Action") - ${this.#most}::int`;
  }

  /** The newest before a `cursor`, or of all, newest first; `next` is the cursor of those before them. */
  async list(limit: number, cursor: number | null): Promise<{ actions: Action[]; next: number | null }> {
    const rows = await this.#db.action.findMany({
      where: cursor === null ? {} : { seq: { lt: cursor } },
      orderBy: { seq: 'desc' },
      take: limit + 1,
    });
    const shown = rows.slice(0, limit);
    return { actions: shown.map(toAction), next: rows.length > limit ? shown.at(-1)!.seq : null };
  }

  /** The newest of a run, newest first. */
  async ofRun(runId: string, limit: number): Promise<Action[]> {
    const where = { runIds: { has: runId } };
    return (await this.#db.action.findMany({ where, orderBy: { seq: 'desc' }, take: limit })).map(toAction);
  }

  /** What of these is there, with the names that they have now. */
  async named(kind: SubjectKind, ids: readonly string[]): Promise<Named[]> {
    if (ids.length === 0) return [];
    const where = { id: { in: [...ids] } };
    const called = { where, select: { id: true, name: true } } as const;
    switch (kind) {
      case 'run':
        return (await this.#db.run.findMany(called)).map((row) => ({ kind, ...row }));
      case 'key':
        return (await this.#db.apiKey.findMany(called)).map((row) => ({ kind, ...row }));
      case 'view':
        return (await this.#db.savedView.findMany(called)).map((row) => ({ kind, ...row }));
      case 'report': {
        const rows = await this.#db.report.findMany({ where, select: { id: true, title: true } });
        return rows.map(({ id, title }) => ({ kind, id, name: title }));
      }
      case 'share': {
        const rows = await this.#db.share.findMany({
          where,
          select: { id: true, title: true, runIds: true },
        });
        return rows.map(({ id, title, runIds }) => ({ kind, id, name: title, runIds }));
      }
      case 'evaluation': {
        const select = { id: true, run: { select: { id: true, name: true } } };
        const rows = await this.#db.checkpointRequest.findMany({ where, select });
        return rows.map(({ id, run }) => ({ kind, id, name: run.name, runIds: [run.id] }));
      }
      case 'sweep':
        return this.#sweeps(ids);
    }
  }

  /** Without their plans, which hold every config. */
  async #sweeps(ids: readonly string[]): Promise<Named[]> {
    const rows = await this.#db.$queryRaw<({ id: string } & Pick<SweepPlan, 'name' | 'vary'>)[]>`
      SELECT "id", "plan"->>'name' AS "name", "plan"->'vary' AS "vary" FROM "Sweep" WHERE "id" = ANY(${[...ids]})`;
    return rows.map(({ id, ...plan }) => ({ kind: 'sweep', id, name: sweepTitle(plan) }));
  }
}
