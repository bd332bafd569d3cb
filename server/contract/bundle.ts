import { z } from 'zod';
import { RUN_STATES } from './events.ts';
import { LONGEST_TAG, MOST_TAGS } from './limits.ts';
import { RUN_ORIGINS } from './origin.ts';
import { LONGEST_NAME } from './run-config.ts';
import { typedLine, typedText } from './text.ts';

/** Where a run was trained that came here as a bundle. */
export const runSourceSchema = z.object({
  /** Its id there. */
  runId: z.string().regex(/^[a-z0-9]{6,32}$/),
  /** Address of the installation, as who took the bundle knew it; empty where that is not known. */
  lab: z.string().max(200),
  /** Of HiPER Lab there. */
  version: z.string().max(60),
  /** Epoch milliseconds. */
  exportedAt: z.number(),
});
export type RunSource = z.output<typeof runSourceSchema>;

/** Of a run of another trainer; its artifacts are files of the bundle. */
const foreignSchema = z.object({
  source: z.string().max(20_000),
  experiment: z.string().max(500).nullable(),
  params: z.record(z.string().max(300), z.string().max(8000)),
  tags: z.record(z.string().max(300), z.string().max(8000)),
  /** By its trainer's own clock, in epoch milliseconds. */
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
});
export type BundledForeign = z.output<typeof foreignSchema>;

/** A text that a run of another trainer has sent along. */
export const bundledArtifactSchema = z.object({ path: z.string().min(1).max(1000), text: z.string() });

/** What the events of a run do not say of it. */
export const bundleHeadSchema = z.object({
  format: z.literal('hiper-bundle'),
  version: z.literal(1),
  source: runSourceSchema,
  /** Of iterations, only those that it divides have stored episodes. */
  episodeStride: z.number().int().min(1).default(1),
  run: z
    .object({
      name: typedLine(LONGEST_NAME).min(1),
      note: typedText(20_000),
      tags: z.array(z.string().max(LONGEST_TAG)).max(MOST_TAGS * 10),
      preset: z.string().max(40).nullable(),
      origin: z.enum(RUN_ORIGINS).default('native'),
      /** Null for a run of another trainer, as `foreign` is for one of this. */
      config: z.unknown(),
      foreign: foreignSchema.nullable().default(null),
      parent: z.object({ id: z.string().max(32), iteration: z.number().int().min(0) }).nullable(),
      createdAt: z.number(),
      state: z.enum(RUN_STATES),
    })
    .refine(({ origin, foreign }) => (origin === 'native') === (foreign === null), {
      path: ['foreign'],
      message: 'a run has it where its origin is not native, and only there',
    }),
});
export type BundleHead = z.output<typeof bundleHeadSchema>;
