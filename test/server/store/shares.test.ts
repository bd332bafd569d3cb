import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { makeStore, type Store } from '../../../server/store/store.ts';

let store: Store;
beforeAll(async () => {
  store = makeStore(await openMemoryDatabase());
}, 60_000);
afterAll(() => store.database.close());

const share = (expiresAt = Date.now() + 60_000) => ({
  kind: 'run' as const,
  runIds: ['abcdef'],
  title: 'A run',
  query: 'x=tokens',
  expiresAt,
});

describe('shares', () => {
  it('open with their token only, which the database does not hold', async () => {
    const made = await store.shares.create(share());
    expect(await store.shares.open(made.token)).toEqual(made.share);
    await expect(store.shares.open(`${made.token}x`)).rejects.toMatchObject({ code: 'not-found' });
    const rows = await store.database.prisma.share.findMany();
    expect(JSON.stringify(rows)).not.toContain(made.token);
    expect(JSON.stringify(await store.shares.list())).not.toContain(rows[0]?.tokenHash);
  });

  it('end when they expire', async () => {
    const { token } = await store.shares.create(share(Date.now() - 1));
    await expect(store.shares.open(token)).rejects.toThrow(/expired or was revoked/);
  });

  it('end when they are revoked, and stay listed', async () => {
    const made = await store.shares.create(share());
    await store.shares.revoke(made.share.id);
    await expect(store.shares.open(made.token)).rejects.toThrow(/expired or was revoked/);
    const listed = (await store.shares.list()).find(({ id }) => id === made.share.id);
    expect(listed?.revokedAt).not.toBeNull();
  });

  it('count their views', async () => {
    const made = await store.shares.create(share());
    await store.shares.countView(made.share.id);
    expect((await store.shares.open(made.token)).views).toBe(1);
  });

  it('say so when there is none to revoke', async () => {
    await expect(store.shares.revoke('none')).rejects.toMatchObject({ code: 'not-found' });
  });
});
