import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts';
import type { ReplayRequest } from '../contract/replays.ts';

/** A checkpoint that is to be evaluated anew. */
export interface CheckpointRequest {
  id: string;
  runId: string;
  request: ReplayRequest;
  /** The process that plays it, or did; see HolderStore. */
  holder: string;
}

/** What was asked for and is not done: it outlives the process that was asked. */
export class CheckpointRequestStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  async add({ request, ...row }: CheckpointRequest): Promise<void> {
    await this.#db.checkpointRequest.create({
      data: { ...row, request: request as unknown as Prisma.InputJsonValue },
    });
  }

  /** Those whose holder is gone, the oldest first. */
  async orphans(): Promise<CheckpointRequest[]> {
    return this.#db.$queryRaw<CheckpointRequest[]>`
      SELECT "id", "runId", "request", "holder" FROM "CheckpointRequest"
      WHERE "holder" NOT IN (SELECT "id" FROM "Holder") ORDER BY "seq"`;
  }

  /** Hands one over; false where somebody else was faster. */
  async claim({ id, holder }: CheckpointRequest, by: string): Promise<boolean> {
    const { count } = await this.#db.checkpointRequest.updateMany({
      where: { id, holder },
      data: { holder: by },
    });
    return count > 0;
  }

  async remove(id: string): Promise<void> {
    await this.#db.checkpointRequest.deleteMany({ where: { id } });
  }
}
