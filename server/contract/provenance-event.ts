import { z } from 'zod';
import { saidText } from './text.ts';

const count = z.number().int().min(0);
/** Characters of a name, and of a version or fingerprint. */
const name = saidText(200);
const version = saidText(100);

/** What a trainer computed with: code, packages, machine and data. Neither host names nor paths are part of it. */
export const provenanceSchema = z.object({
  code: z.object({
    /** Of HiPER Lab's package. */
    version,
    /** Of the checkout; null where there is none, or no git. */
    commit: version.nullable(),
    /** Fingerprint of how the checkout's files differ from its commit; null where they do not, or nobody knows. */
    changes: version.nullable(),
  }),
  node: version,
  /** Versions of the packages that compute, by name. */
  packages: z.record(name, version),
  /** The kind of machine. */
  host: z.object({
    processor: name,
    /** That the trainer may use. */
    cores: count,
    /** That the trainer may use. */
    memoryBytes: z.number().min(0),
    /** Name and processor architecture. */
    system: name,
    /** Of the system's kernel; empty where it is not told. */
    release: name,
    /** Which kind it runs in; null where it does not, or it does not show. */
    container: name.nullable(),
    gpus: z.array(name).max(64),
  }),
  engine: name,
  threads: count,
  /** Fingerprints of what the run works on; which there are is up to its kind. */
  data: z.object({
    /** Of training games, by their ids and first observations, and how many there are. */
    games: version.optional(),
    /** Of a small policy's words. */
    words: version.optional(),
    /** Of a language model's config and weights. */
    model: version.optional(),
  }),
});
export type Provenance = z.output<typeof provenanceSchema>;

/** Told once whenever a trainer starts: this is what computes everything behind `iteration`. */
export const provenanceEventSchema = z.object({
  kind: z.literal('provenance'),
  iteration: count,
  ...provenanceSchema.shape,
});
export type ProvenanceEvent = z.output<typeof provenanceEventSchema>;
