import { z } from 'zod';
import { alertEventSchema } from './alert-events.ts';
import { GAMES, SPLITS } from './environments.ts';
import { recordedEpisodeSchema } from './episode.ts';
import type { MetricValue } from './metric-value.ts';
import { provenanceEventSchema } from './provenance-event.ts';
import { PHASES, RUN_STATES } from './run-states.ts';
import { tallySchema } from './tally.ts';
import { LONGEST_LINE, LONGEST_REASON, saidText } from './text.ts';
import type { Measurement } from './variance.ts';

export { type Phase, RUN_STATES, type RunState } from './run-states.ts';

const count = z.number().int().min(0);
/** Characters of a metric's key and other words. */
const LONGEST_KEY = 200;

/** See `metric-value.ts`. */
const metricValueSchema: z.ZodType<MetricValue> = z.union([
  z.number().nullable(),
  z.literal(['Infinity', '-Infinity']),
]);

/** Where in its work a trainer is. */
const placeSchema = z.object({ phase: z.enum(PHASES), iteration: count });
export type Place = z.output<typeof placeSchema>;

/** Success on one fixed list of games. */
export const evaluationSchema = z.object({
  /** Iterations of training behind the policy; 0 is the warm start. */
  iteration: count,
  split: z.enum(SPLITS),
  games: z.enum(GAMES),
  /** Fingerprint of the list of games; absent in evaluations of earlier versions. */
  gamesHash: z.string().max(64).optional(),
  stepLimit: count,
  temperature: z.number(),
  episodes: count,
  successes: count,
  /** Mean score of the endings, 0 to 1, where the environment has one. */
  score: z.number().optional(),
  /** Mean turns of an episode. */
  episodeLength: z.number(),
  byTaskType: z.record(saidText(LONGEST_KEY), z.object({ episodes: count, successes: count })),
  seconds: z.number(),
  /** Training behind the policy, for the x axes. */
  trainingEpisodes: count,
  trainingTokens: count,
  trainingSeconds: z.number(),
});
export type Evaluation = z.output<typeof evaluationSchema>;

/** What a trainer says; the supervisor numbers it, stores it and passes it on. */
export const trainerEventSchema = z.discriminatedUnion('kind', [
  /**
   * Where the run stands: `done` of `total` in this phase (episodes, batches …), and seconds left of it once its pace is
   * known. Not stored.
   */
  z.object({
    kind: z.literal('progress'),
    phase: z.enum(PHASES),
    iteration: count,
    done: count,
    total: count,
    secondsLeft: z.number().min(0).optional(),
  }),
  /** One iteration done; keys of the metric catalogue. NaN travels as null. */
  z.object({
    kind: z.literal('iteration'),
    iteration: count,
    values: z.record(saidText(LONGEST_KEY), z.number().nullable()),
  }),
  /**
   * Some values of an iteration of a run of another trainer; others of it may come before and after. `loggedAt` is the trainer's
   * own time (epoch ms), `names` its own names of those metrics that the catalogue calls otherwise.
   */
  z.object({
    kind: z.literal('metrics'),
    iteration: count,
    loggedAt: z.number().int(),
    values: z.record(saidText(LONGEST_KEY), metricValueSchema),
    names: z.record(saidText(LONGEST_KEY), saidText(LONGEST_KEY)).optional(),
  }),
  z.object({ kind: z.literal('evaluation'), evaluation: evaluationSchema }),
  tallySchema,
  z.object({
    kind: z.literal('log'),
    level: z.enum(['info', 'warning', 'error']),
    text: saidText(LONGEST_LINE),
  }),
  /** A checkpoint of this iteration is on disk. */
  z.object({ kind: z.literal('checkpoint'), iteration: count }),
  /** Training goes on from the checkpoint of this iteration: later points of the run are void. */
  z.object({ kind: z.literal('resumed'), iteration: count }),
  /** What computes from here on. */
  provenanceEventSchema,
  /** Facts known once the trainer is up. */
  z.object({
    kind: z.literal('facts'),
    games: z.enum(['real', 'generated']),
    engine: saidText(LONGEST_KEY),
    threads: count,
    parameters: count,
    /** Of these, how many are trained; absent where it is all. */
    trainedParameters: count.optional(),
    warmStart: saidText(LONGEST_KEY),
  }),
  /**
   * Episodes of a rollout (`evaluation` false, `iteration` the one it is of) or of an evaluation, in parts. They are stored beside
   * the journal, which says so in an `episodes` event.
   */
  z.object({
    kind: z.literal('recording'),
    iteration: count,
    evaluation: z.boolean(),
    split: z.enum(SPLITS),
    part: count,
    episodes: z.array(recordedEpisodeSchema),
  }),
  /** The trainer has paused (true) or goes on (false). */
  z.object({ kind: z.literal('paused'), paused: z.boolean() }),
  /** Something is wrong with the run, or no longer. */
  alertEventSchema,
  /** The trainer gives up, for this reason; the supervisor makes it the failure of the run. Not stored. */
  z.object({
    kind: z.literal('failed'),
    reason: saidText(LONGEST_REASON),
    at: placeSchema.optional(),
    /** Going on as it is would come to the same end. */
    repeats: z.boolean().optional(),
  }),
  /** The last iteration is done and saved. */
  z.object({ kind: z.literal('finished') }),
]);
export type TrainerEvent = z.output<typeof trainerEventSchema>;
export type LogEvent = Extract<TrainerEvent, { kind: 'log' }>;
export type RecordingEvent = Extract<TrainerEvent, { kind: 'recording' }>;

/** What became of a recording, written by the store. */
const episodesEventSchema = z.object({
  kind: z.literal('episodes'),
  iteration: count,
  evaluation: z.boolean(),
  split: z.enum(SPLITS),
  part: count,
  /** Episodes that it held; those that the run's budget has no room for are not stored. */
  recorded: count,
});
export type EpisodesEvent = z.output<typeof episodesEventSchema>;

/** A state change, written by the supervisor. */
export const stateEventSchema = z.object({
  kind: z.literal('state'),
  from: z.enum(RUN_STATES).nullable(),
  to: z.enum(RUN_STATES),
  /** Why, for people; for a failure its message and the trainer's last lines. */
  reason: z.string(),
  /** Of a failure: where the trainer was, and whether going on as it is would come to the same end. */
  at: placeSchema.optional(),
  repeats: z.boolean().optional(),
});

/** An event of a run as stored and streamed; `seq` grows by run, possibly with gaps. */
export const runEventSchema = z.intersection(
  z.object({ runId: z.string(), seq: count, time: z.number() }),
  z.union([trainerEventSchema, stateEventSchema, episodesEventSchema]),
);
export type RunEvent = z.output<typeof runEventSchema>;
export type StateEvent = z.output<typeof stateEventSchema>;

/** What the supervisor tells a trainer over IPC. `ack` confirms the event with this number as stored. */
export type TrainerCommand =
  | {
      command: 'start';
      runId: string;
      config: unknown;
      folder: string;
      resume: boolean;
      /** The last iteration in the database: a checkpoint that knows more tells the rest again. */
      storedIteration: number;
    }
  | { command: 'pause' | 'resume' | 'cancel' }
  | { command: 'ack'; number: number };

/** What a trainer sends over IPC; `number` asks for an `ack` once stored. */
export interface TrainerMessage {
  number: number;
  event: TrainerEvent;
}

/** Socket.IO, browser → server. `afterSeq` 0 asks for everything. A share token stands in for a session. */
export interface ClientToServer {
  subscribe(
    request: { runId: string; afterSeq: number },
    answer: (result: { ok: true; lastSeq: number } | { ok: false; message: string }) => void,
  ): void;
  unsubscribe(request: { runId: string }): void;
}

/** Socket.IO, server → browser. Events come in `seq` order per run; `progress` events carry the last seq and are not stored. */
export interface ServerToClient {
  events(batch: { runId: string; events: RunEvent[] }): void;
  /** Some run was added or changed state: lists refetch. */
  runsChanged(): void;
  /** Something was done, to these runs among others. Owners only. */
  acted(what: { runIds: string[] }): void;
  /** Where the variance measurement of a run stands; null when there is none any more. Owners only. */
  measurement(update: { runId: string; measurement: Measurement | null }): void;
}
