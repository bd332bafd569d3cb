import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts';
import type { Evaluation } from '../contract/events.ts';
import type { Replay } from '../contract/replays.ts';
import { newRunId } from './runs.ts';

/** What stored checkpoints scored when they were evaluated anew. */
export class CheckpointEvaluationStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  async add(runId: string, evaluations: readonly Evaluation[]): Promise<void> {
    await this.#db.checkpointEvaluation.createMany({
      data: evaluations.map((evaluation) => ({
        id: newRunId(),
        runId,
        iteration: evaluation.iteration,
        evaluation: evaluation as unknown as Prisma.InputJsonValue,
      })),
    });
  }

  /** By run, the newest first. */
  async byRun(runIds: readonly string[]): Promise<Map<string, Replay[]>> {
    const rows = await this.#db.checkpointEvaluation.findMany({
      where: { runId: { in: [...runIds] } },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });
    const groups = Map.groupBy(rows, ({ runId }) => runId);
    return new Map(
      [...groups].map(([runId, group]) => [
        runId,
        group.map(({ evaluation, createdAt }) => ({
          evaluation: evaluation as unknown as Evaluation,
          time: createdAt.getTime(),
        })),
      ]),
    );
  }
}
