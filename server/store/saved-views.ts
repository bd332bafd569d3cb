import type { PrismaClient } from '../../prisma/generated/client.ts';
import type { SavedView, ViewPage } from '../contract/views.ts';
import { newRunId } from './runs.ts';

/** Views that their owner has given a name. */
export class SavedViewStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Those of a page by name. */
  async list(page: ViewPage): Promise<SavedView[]> {
    const rows = await this.#db.savedView.findMany({ where: { page }, orderBy: { name: 'asc' } });
    return rows.map(({ id, name, query }) => ({ id, page, name, query }));
  }

  /** A view of the same name is replaced. */
  async save({ page, name, query }: Omit<SavedView, 'id'>): Promise<void> {
    await this.#db.savedView.upsert({
      where: { page_name: { page, name } },
      create: { id: newRunId(), page, name, query },
      update: { query },
    });
  }

  async remove(id: string): Promise<void> {
    await this.#db.savedView.deleteMany({ where: { id } });
  }
}
