import { randomInt } from 'node:crypto';
import type { Prisma, PrismaClient, Run } from '../../prisma/generated/client.ts';
import type { BundleHead, RunSource } from '../contract/bundle.ts';
import { AppError } from '../contract/error.ts';
import type { Evaluation, RunState, TrainerEvent } from '../contract/events.ts';
import type { ForeignFacts, RunOrigin } from '../contract/origin.ts';
import { type RunConfig, runConfigSchema } from '../contract/run-config.ts';
import type { RunSummary } from '../contract/views.ts';

export type DesiredState = RunSummary['desired'];
export type Facts = Omit<Extract<TrainerEvent, { kind: 'facts' }>, 'kind'>;

/** The checkpoint that a fork started from; its run may be gone. */
export type Parent = NonNullable<RunSummary['parent']>;

/** A run as stored; times in epoch milliseconds. */
export interface RunRow {
  id: string;
  /** Counts runs as they are made, possibly with gaps. */
  ordinal: number;
  name: string;
  note: string;
  tags: string[];
  starred: boolean;
  archived: boolean;
  preset: string | null;
  origin: RunOrigin;
  /** Null for a run of another trainer. */
  config: RunConfig | null;
  foreign: ForeignFacts | null;
  /** Of a fork. */
  parent: Parent | null;
  /** Of a run that was trained in another installation. */
  importedFrom: RunSource | null;
  state: RunState;
  desired: DesiredState;
  /** Grows whenever the run changes hands. */
  attempt: number;
  /** Whose trainer works on it: see HolderStore. */
  holder: string | null;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  iteration: number;
  lastSuccess: number | null;
  lastCheckpoint: number | null;
  facts: Facts | null;
  failure: string | null;
  lastSeq: number;
  /** Iterations below this one are in its series blocks. */
  reducedTo: number;
  /** See `milestonesOf`; null where they must be gathered. */
  milestones: Evaluation[] | null;
  /** Of one that a sweep launched. */
  sweepId: string | null;
}

/** A run that was, or will be, trained here. */
export type NativeRun = RunRow & { config: RunConfig };

/** What a run starts from. */
export interface NewRun {
  /** Where its files are laid before it is stored; drawn here otherwise. */
  id?: string;
  name: string;
  preset: string | null;
  config: RunConfig;
  /** Of a fork: its iterations go on from there. */
  parent?: Parent;
  /** The sweep that launches it. */
  sweepId?: string | undefined;
}

/** What is said of runs beside what they are. */
export interface LabelChange {
  addTags?: readonly string[] | undefined;
  removeTags?: readonly string[] | undefined;
  starred?: boolean | undefined;
  archived?: boolean | undefined;
}

/** A config as it was launched, with the defaults of fields that did not exist then, in the order of the form. */
export function readStoredConfig(stored: Prisma.JsonValue): RunConfig {
  const result = runConfigSchema.safeParse(stored);
  // A rule that came later must not make an old run unreadable.
  return result.success ? result.data : (stored as unknown as RunConfig);
}

/** What is read of a ForeignRun with its run. */
const WITH_FOREIGN = {
  foreign: { select: { source: true, params: true, experiment: { select: { name: true } } } },
} as const;

type StoredRun = Run & {
  foreign?: { source: string; params: Prisma.JsonValue; experiment: { name: string } | null } | null;
};

function toRow({ parentId, parentIteration, importedId: _importedId, foreign, ...run }: StoredRun): RunRow {
  return {
    ...run,
    importedFrom: run.importedFrom as unknown as RunSource | null,
    parent: parentId === null ? null : { id: parentId, iteration: parentIteration ?? 0 },
    origin: run.origin as RunOrigin,
    config: run.config === null ? null : readStoredConfig(run.config),
    foreign: foreign
      ? {
          source: foreign.source,
          experiment: foreign.experiment?.name ?? null,
          params: foreign.params as Record<string, string>,
        }
      : null,
    state: run.state as RunState,
    desired: run.desired as DesiredState,
    facts: run.facts as unknown as Facts | null,
    milestones: run.milestones as unknown as Evaluation[] | null,
    createdAt: run.createdAt.getTime(),
    startedAt: run.startedAt?.getTime() ?? null,
    endedAt: run.endedAt?.getTime() ?? null,
  };
}

/** Of a run of another trainer, what stands beside it. */
function foreignPart({ foreign }: BundleHead['run'], experimentId: number | null) {
  if (!foreign) return {};
  const { source, params, tags, startedAt, endedAt } = foreign;
  return {
    startedAt: startedAt === null ? null : new Date(startedAt),
    endedAt: endedAt === null ? null : new Date(endedAt),
    foreign: { create: { experimentId, source, params, tags } },
  };
}

const isNative = (run: RunRow): run is NativeRun => run.config !== null;

/** Which runs of all. */
export interface RunChoice {
  ids?: readonly string[];
  states?: readonly RunState[];
  origin?: RunOrigin;
  sweepId?: string;
}

/** No vowels, no lookalikes: an id is a folder name and part of links people read to each other. */
const ID_LETTERS = 'bcdfghjkmnpqrstvwxz23456789';

export function newRunId(): string {
  return Array.from({ length: 10 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
}

function launchReason({ parent }: NewRun): string {
  return parent ? `Forked from run ${parent.id} at iteration ${parent.iteration}` : 'Launched';
}

/** The table of runs. What a run does is in its events; see events.ts. */
export class RunStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** A queued run with its first event. */
  async create(run: NewRun): Promise<RunRow> {
    const [id] = await this.createAll([run]);
    return this.require(id!);
  }

  /** Queued runs with their first events, all of them or, where one cannot be stored, none. Returns their ids in order. */
  async createAll(runs: readonly NewRun[]): Promise<string[]> {
    const now = Date.now();
    const rows = runs.map(({ id = newRunId(), name, preset, config, parent, sweepId }, i) => ({
      id,
      name,
      preset,
      config: config as unknown as Prisma.InputJsonValue,
      lastSeq: 1,
      milestones: [],
      sweepId: sweepId ?? null,
      ...(parent && {
        parentId: parent.id,
        parentIteration: parent.iteration,
        iteration: parent.iteration,
        lastCheckpoint: parent.iteration,
      }),
      // A millisecond apart, so that lists have them in this order.
      createdAt: new Date(now - (runs.length - 1 - i)),
    }));
    await this.#db.$transaction([
      this.#db.run.createMany({ data: rows }),
      this.#db.event.createMany({
        data: rows.map(({ id, createdAt }, i) => ({
          runId: id,
          seq: 1,
          time: createdAt,
          kind: 'state',
          payload: { kind: 'state', from: null, to: 'queued', reason: launchReason(runs[i]!) },
        })),
      }),
      this.#db.evaluationDigest.createMany({
        data: rows.map(({ id }) => ({ runId: id, bin: 1, evaluations: [] })),
      }),
    ]);
    return rows.map(({ id }) => id);
  }

  async find(id: string): Promise<RunRow | null> {
    const run = await this.#db.run.findUnique({ where: { id }, include: WITH_FOREIGN });
    return run && toRow(run);
  }

  /** Those that exist, by id. */
  async findAll(ids: readonly string[]): Promise<Map<string, RunRow>> {
    return new Map((await this.list({ ids })).map((run) => [run.id, run]));
  }

  /** Throws AppError `not-found`. */
  async require(id: string): Promise<RunRow> {
    const run = await this.find(id);
    if (!run) throw new AppError('not-found', `There is no run ${id}`);
    return run;
  }

  /** A run that is trained here. Throws AppError `not-found`, and `conflict` for one of another trainer. */
  async requireNative(id: string): Promise<NativeRun> {
    const run = await this.require(id);
    if (isNative(run)) return run;
    throw new AppError('conflict', `${run.name} is trained elsewhere: this cannot be done to it here`);
  }

  /** `list`, but for runs of other trainers. */
  async listNative(where: RunChoice = {}): Promise<NativeRun[]> {
    return (await this.list({ ...where, origin: 'native' })).filter(isNative);
  }

  /** Newest first; all of them, or those of `where`. */
  async list(where: RunChoice = {}): Promise<RunRow[]> {
    const runs = await this.#db.run.findMany({
      where: {
        ...(where.ids && { id: { in: [...where.ids] } }),
        ...(where.states && { state: { in: [...where.states] } }),
        ...(where.origin && { origin: where.origin }),
        ...(where.sweepId && { sweepId: where.sweepId }),
      },
      include: WITH_FOREIGN,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });
    return runs.map(toRow);
  }

  /** The states of the runs that sweeps have launched, by sweep; of all sweeps or of one. */
  async statesBySweep(sweepId?: string): Promise<Map<string, RunState[]>> {
    const runs = await this.#db.run.findMany({
      where: { sweepId: sweepId ?? { not: null } },
      select: { sweepId: true, state: true },
    });
    const bySweep = Map.groupBy(runs, (run) => run.sweepId!);
    return new Map([...bySweep].map(([id, own]) => [id, own.map(({ state }) => state as RunState)]));
  }

  /** Throws AppError `conflict` where the run of this id in another installation is here already, or comes from here. */
  async requireNew(sourceId: string): Promise<void> {
    const run = await this.#db.run.findFirst({ where: { OR: [{ importedId: sourceId }, { id: sourceId }] } });
    if (run) throw new AppError('conflict', `This run is here already: ${run.name} (${run.id})`);
  }

  /**
   * A run of another installation without its events and artifacts, which follow; called failed until `EventStore.restore` has had the last of
   * them. Throws AppError `conflict` for one that is here already.
   */
  async createImported(
    id: string,
    { source, run }: BundleHead,
    own: { config: RunConfig } | { experimentId: number | null },
  ): Promise<void> {
    await this.requireNew(source.runId);
    await this.#db.run.create({
      data: {
        id,
        name: run.name,
        note: run.note,
        tags: run.tags,
        preset: run.preset,
        origin: run.origin,
        ...('config' in own && { config: own.config as unknown as Prisma.InputJsonValue }),
        ...('experimentId' in own && foreignPart(run, own.experimentId)),
        ...(run.parent && { parentId: run.parent.id, parentIteration: run.parent.iteration }),
        importedId: source.runId,
        importedFrom: source,
        state: 'failed',
        failure: 'The import was cut short: delete this run and import it again',
        createdAt: new Date(run.createdAt),
      },
    });
  }

  /** Stars, archives and tags runs; what is left out stays as it is. Runs that are gone are passed over. */
  async label(
    ids: readonly string[],
    { addTags = [], removeTags = [], ...flags }: LabelChange,
  ): Promise<void> {
    const runs = await this.#db.run.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, tags: true },
    });
    await this.#db.$transaction(
      runs.map(({ id, tags }) => {
        const kept = [...new Set([...tags, ...addTags])].filter((tag) => !removeTags.includes(tag));
        return this.#db.run.update({ where: { id }, data: { ...flags, tags: kept.sort() } });
      }),
    );
  }

  async update(id: string, changes: { name?: string; note?: string; desired?: DesiredState }): Promise<void> {
    await this.#db.run.update({ where: { id }, data: changes });
  }

  /** Takes a run up that nobody holds: writes with an older number are refused from now on. Null when somebody holds it. */
  async claim(id: string, holder: string): Promise<NativeRun | null> {
    const [run] = await this.#db.run.updateManyAndReturn({
      where: { id, holder: null, origin: 'native' },
      data: { attempt: { increment: 1 }, holder },
    });
    const row = run && toRow(run);
    return row && isNative(row) ? row : null;
  }

  /** Gives a run back. */
  async release(id: string, holder: string): Promise<void> {
    await this.#db.run.updateMany({ where: { id, holder }, data: { holder: null } });
  }

  /** Takes runs from holders that are gone: these can write no more. Returns the runs. */
  async releaseOrphans(): Promise<RunRow[]> {
    const rows = await this.#db.$queryRaw<{ id: string }[]>`
      UPDATE "Run" SET "holder" = NULL, "attempt" = "attempt" + 1
      WHERE "holder" IS NOT NULL AND NOT EXISTS (SELECT FROM "Holder" WHERE "Holder"."id" = "Run"."holder")
      RETURNING "id"`;
    return rows.length === 0 ? [] : this.list({ ids: rows.map(({ id }) => id) });
  }

  /** Runs that are trained here. */
  async countByState(): Promise<Partial<Record<RunState, number>>> {
    const groups = await this.#db.run.groupBy({
      by: ['state'],
      where: { origin: 'native' },
      _count: true,
    });
    return Object.fromEntries(groups.map((group) => [group.state, group._count]));
  }

  /** With its events. Its files go on every machine, by `removedAmong`. */
  async remove(id: string): Promise<void> {
    await this.#db.$transaction([
      this.#db.run.delete({ where: { id } }),
      this.#db.removedRun.create({ data: { id } }),
    ]);
  }

  /** Which of these were runs and are deleted. What is no run of this database is not among them. */
  async removedAmong(ids: readonly string[]): Promise<string[]> {
    const rows = await this.#db.removedRun.findMany({ where: { id: { in: [...ids] } } });
    return rows.map(({ id }) => id);
  }
}
