import { z } from 'zod';
import { ALERT_KINDS } from './alert-kinds.ts';
import { LEVELS } from './metrics.ts';
import { LONGEST_LINE, saidText } from './text.ts';

/** One condition from its onset. */
export const alertSchema = z.object({
  alert: z.enum(ALERT_KINDS),
  /** Null where it is about the whole policy. */
  level: z.enum(LEVELS).nullable(),
  /** First iteration in which it held. */
  since: z.number().int().min(0),
  /** What happened, with its numbers, in one sentence. */
  text: saidText(LONGEST_LINE),
  /** What to try. */
  advice: saidText(LONGEST_LINE),
});
export type Alert = z.output<typeof alertSchema>;

/** Told once when a condition has set in (`active`) and once when it is over. */
export const alertEventSchema = z.object({
  kind: z.literal('alert'),
  /** Iteration after which it was noticed. */
  iteration: z.number().int().min(0),
  active: z.boolean(),
  ...alertSchema.shape,
});
export type AlertEvent = z.output<typeof alertEventSchema>;
