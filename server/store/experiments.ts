import type { Experiment, PrismaClient } from '../../prisma/generated/client.ts';
import { AppError } from '../contract/error.ts';

/** The experiment of runs that name none, as in MLflow. */
const DEFAULT = { id: 0, name: 'Default' };

/** A group of runs; times in epoch milliseconds. */
export interface ExperimentRow {
  id: number;
  name: string;
  tags: Record<string, string>;
  createdAt: number;
}

const toRow = ({ id, name, tags, createdAt }: Experiment): ExperimentRow => ({
  id,
  name,
  tags: tags as Record<string, string>,
  createdAt: createdAt.getTime(),
});

/** MLflow's experiments; `Default` (0) is always there. */
export class ExperimentStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Throws AppError `conflict` for a name that is taken. */
  async create(name: string, tags: Record<string, string>): Promise<ExperimentRow> {
    await this.#makeDefault();
    const known = await this.#db.experiment.createMany({ data: [{ name, tags }], skipDuplicates: true });
    if (known.count === 0) throw new AppError('conflict', `Experiment ${name} exists already: use it`);
    return this.require({ name });
  }

  /** Id of the one of this name, made if it is not there. */
  async ensure(name: string): Promise<number> {
    await this.#makeDefault();
    await this.#db.experiment.createMany({ data: [{ name }], skipDuplicates: true });
    return (await this.require({ name })).id;
  }

  /** Throws AppError `not-found`. */
  async require(which: { id: number } | { name: string }): Promise<ExperimentRow> {
    const isDefault = 'id' in which ? which.id === DEFAULT.id : which.name === DEFAULT.name;
    if (isDefault) await this.#makeDefault();
    const row = await this.#db.experiment.findUnique({ where: which });
    if (row) return toRow(row);
    const words = 'id' in which ? `with id ${which.id}` : `named ${which.name}`;
    throw new AppError('not-found', `There is no experiment ${words}: create it first`);
  }

  /** Newest first. */
  async list(): Promise<ExperimentRow[]> {
    await this.#makeDefault();
    const rows = await this.#db.experiment.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
    return rows.map(toRow);
  }

  async setTag(id: number, key: string, value: string): Promise<void> {
    const { tags } = await this.require({ id });
    await this.#db.experiment.update({ where: { id }, data: { tags: { ...tags, [key]: value } } });
  }

  async #makeDefault(): Promise<void> {
    await this.#db.experiment.createMany({ data: [DEFAULT], skipDuplicates: true });
  }
}
