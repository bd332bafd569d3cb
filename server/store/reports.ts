import type { Prisma, PrismaClient, Report as Row } from '../../prisma/generated/client.ts';
import { AppError } from '../contract/error.ts';
import {
  type Report,
  type ReportBlock,
  type ReportContent,
  type ReportInfo,
  runsOfReport,
} from '../contract/report.ts';
import { newRunId } from './runs.ts';

const toInfo = ({ id, title, createdAt, updatedAt }: Omit<Row, 'blocks' | 'version'>): ReportInfo => ({
  id,
  title,
  createdAt: createdAt.getTime(),
  updatedAt: updatedAt.getTime(),
});

const asJson = (blocks: readonly ReportBlock[]) => blocks as unknown as Prisma.InputJsonValue;

/** Reports; a write that does not know the newest version is refused. */
export class ReportStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Last changed first. */
  async list(): Promise<ReportInfo[]> {
    const select = { id: true, title: true, createdAt: true, updatedAt: true };
    return (await this.#db.report.findMany({ select, orderBy: { updatedAt: 'desc' } })).map(toInfo);
  }

  async count(): Promise<number> {
    return this.#db.report.count();
  }

  /** Throws AppError `not-found`. */
  async require(id: string): Promise<Report> {
    const row = await this.#db.report.findUnique({ where: { id } });
    if (!row)
      throw new AppError('not-found', `There is no report ${id}: it was deleted, or is of another server`);
    return { ...toInfo(row), version: row.version, blocks: row.blocks as unknown as ReportBlock[] };
  }

  async create({ title, blocks }: ReportContent): Promise<string> {
    const { id } = await this.#db.report.create({ data: { id: newRunId(), title, blocks: asJson(blocks) } });
    return id;
  }

  /** Writes over `version`. Returns the new one. Throws AppError `conflict` where another was written since, and `not-found`. */
  async save(id: string, version: number, { title, blocks }: ReportContent): Promise<number> {
    const isWritten = await this.#db.$transaction(async (tx) => {
      const { count } = await tx.report.updateMany({
        where: { id, version },
        data: { title, blocks: asJson(blocks), version: { increment: 1 }, updatedAt: new Date() },
      });
      // Links that show the report as it is show the runs that it names now.
      if (count === 1)
        await tx.share.updateMany({
          where: { reportId: id, frozenAt: null },
          data: { runIds: runsOfReport(blocks) },
        });
      return count === 1;
    });
    if (isWritten) return version + 1;
    await this.require(id);
    throw new AppError(
      'conflict',
      'version: this report was changed elsewhere since it was read: read it again',
    );
  }

  async remove(id: string): Promise<void> {
    await this.#db.report.deleteMany({ where: { id } });
  }
}
