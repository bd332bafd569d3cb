import type { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import type { PrismaClient } from '../../prisma/generated/client.ts';
import type { DatabaseLink } from './link.ts';

/** A database that is up to date and answers. */
export interface Database {
  kind: 'embedded' | 'postgres';
  prisma: PrismaClient;
  /** The engine behind `prisma`, for those who bring their own tables or listen to notifications. */
  pglite: PGlite | null;
  url: string | null;
  /** Connections to PostgreSQL apart from those that Prisma may have busy. */
  pool: pg.Pool | null;
  link: DatabaseLink;
  close(): Promise<void>;
}
