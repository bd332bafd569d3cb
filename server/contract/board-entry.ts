import { z } from 'zod';
import type { EvaluationProtocol } from './board.ts';
import { ENVIRONMENTS } from './environments.ts';
import { evaluationSchema } from './events.ts';
import { fieldsSchema } from './fields/fields.ts';
import { typedLine } from './text.ts';

/** What the owner of an imported run states, so that it may stand on a board: nobody here has seen it played. */
export const boardEntrySchema = z.strictObject({
  /** The metric, by its trainer's name, whose last value is the success rate. */
  metric: z.string().min(1).max(300),
  environment: z.enum(ENVIRONMENTS),
  games: evaluationSchema.shape.games,
  split: evaluationSchema.shape.split,
  /** Task types, joined by commas; `all` for all of them. */
  tasks: typedLine(400).min(1).default('all'),
  /** Fingerprint of the list of games, where they are those of a board here; empty: not known. */
  gamesHash: z
    .string()
    .regex(/^[0-9a-f]{0,64}$/, 'is not the fingerprint of a list of games')
    .default(''),
  decoding: fieldsSchema.shape.decoding,
  temperature: z.number().min(0).max(5),
  stepLimit: z.number().int().min(1).max(1000),
  /** Games behind the rate. */
  episodes: z.number().int().min(1).max(1_000_000),
});
export type BoardEntry = z.output<typeof boardEntrySchema>;

/** The board that an entry is for. */
export function protocolOfEntry({ metric: _metric, ...protocol }: BoardEntry): EvaluationProtocol {
  return protocol;
}

/** The last value of a metric that may be a success rate. */
export interface RateCandidate {
  metric: string;
  rate: number;
  step: number;
}

/** What the page of an imported run shows of boards. */
export interface BoardEntryView {
  entry: BoardEntry | null;
  /** Its metrics whose last value is between 0 and 1, the likeliest first. */
  candidates: RateCandidate[];
  /** Boards that there are, to choose from. */
  protocols: EvaluationProtocol[];
}

const LIKELY = [/val.*succe/i, /(test|eval).*succe/i, /succe/i, /win.*rate/i, /accuracy/i];

/** Metrics whose last value is a share, those that sound like success in an evaluation first. */
export function rateCandidates(latest: Record<string, { value: unknown; step: number }>): RateCandidate[] {
  const place = (metric: string) => {
    const found = LIKELY.findIndex((pattern) => pattern.test(metric));
    return found < 0 ? LIKELY.length : found;
  };
  return Object.entries(latest)
    .flatMap(([metric, { value, step }]) =>
      typeof value === 'number' && value >= 0 && value <= 1 ? [{ metric, rate: value, step }] : [],
    )
    .sort((a, b) => place(a.metric) - place(b.metric) || (a.metric < b.metric ? -1 : 1));
}
