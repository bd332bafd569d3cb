import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts';

/** What is to be done with a checkpoint: evaluate it anew, or measure the variance of its gradients. */
export interface CheckpointRequest<R> {
  id: string;
  runId: string;
  request: R;
  /** The process that does it, or did; see HolderStore. */
  holder: string;
}

/** What was asked for, of one kind, and is not done: it outlives the process that was asked. */
export class CheckpointRequestStore<R> {
  readonly #db: PrismaClient;
  readonly #kind: string;

  constructor(db: PrismaClient, kind: 'evaluation' | 'variance') {
    this.#db = db;
    this.#kind = kind;
  }

  async add({ request, ...row }: CheckpointRequest<R>): Promise<void> {
    await this.#db.checkpointRequest.create({
      data: { ...row, kind: this.#kind, request: request as Prisma.InputJsonValue },
    });
  }

  /** Those whose holder is gone, the oldest first. */
  async orphans(): Promise<CheckpointRequest<R>[]> {
    return this.#db.$queryRaw<CheckpointRequest<R>[]>`
      SELECT "id", "runId", "request", "holder" FROM "CheckpointRequest"
      WHERE "kind" = ${this.#kind} AND "holder" NOT IN (SELECT "id" FROM "Holder") ORDER BY "seq"`;
  }

  /** Hands one over; false where somebody else was faster. */
  async claim({ id, holder }: CheckpointRequest<R>, by: string): Promise<boolean> {
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
