import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts';
import type { WebhookMessage } from '../contract/webhook.ts';

/** A message that the webhook has not taken yet. */
export interface OutgoingMessage {
  /** Of the message itself. */
  id: string;
  message: WebhookMessage;
  /** The process that sends it, or did; see HolderStore. */
  holder: string;
  createdAt: Date;
}

/** What is to be posted and has not been taken: it outlives the process that tries. */
export class WebhookMessageStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Does nothing where it is there already. */
  async add({ message, ...row }: OutgoingMessage): Promise<void> {
    await this.#db.webhookMessage.createMany({
      data: [{ ...row, message: message as unknown as Prisma.InputJsonValue }],
      skipDuplicates: true,
    });
  }

  /** Those whose holder is gone, the oldest first. */
  async orphans(): Promise<OutgoingMessage[]> {
    return this.#db.$queryRaw<OutgoingMessage[]>`
      SELECT "id", "message", "holder", "createdAt" FROM "WebhookMessage"
      WHERE "holder" NOT IN (SELECT "id" FROM "Holder") ORDER BY "seq"`;
  }

  /** Hands one over, or keeps it; false where it is no longer its holder's. */
  async claim({ id, holder }: OutgoingMessage, by: string): Promise<boolean> {
    const { count } = await this.#db.webhookMessage.updateMany({
      where: { id, holder: { in: [holder, by] } },
      data: { holder: by },
    });
    return count > 0;
  }

  async remove(id: string): Promise<void> {
    await this.#db.webhookMessage.deleteMany({ where: { id } });
  }
}
