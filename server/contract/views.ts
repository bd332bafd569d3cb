import type { Action } from './actions.ts';
import type { AlertEvent } from './alert-events.ts';
import type { RunAlert } from './alerts.ts';
import type { EvaluationProtocol, Leaderboard } from './board.ts';
import type { RunSource } from './bundle.ts';
import type { EnvironmentName } from './environments.ts';
import type { Evaluation, Phase, Place, RunState, TrainerEvent } from './events.ts';
import type { ForeignFacts, RunOrigin } from './origin.ts';
import type { ProvenanceEntry } from './provenance.ts';
import type { ReportContent } from './report.ts';
import type { RunConfig, Split } from './run-config.ts';
import type { ServerLoad, TrainingSpeed } from './server-load.ts';
import type { VarianceReport } from './variance.ts';

/** A run in lists, comparisons and shares: nothing private (no host, path or note). Times are epoch milliseconds. */
export interface RunSummary {
  id: string;
  /** Counts runs as they are made, possibly with gaps; what a run is drawn with goes by it. */
  ordinal: number;
  name: string;
  state: RunState;
  /** Wanted but not yet reached, e.g. a pause that waits for the end of an iteration. */
  desired: 'run' | 'pause' | 'cancel';
  origin: RunOrigin;
  /** Null for a run of another trainer. */
  config: RunConfig | null;
  /** Null for a run of this trainer; long values of params have their middle left out. */
  foreign: ForeignFacts | null;
  /** Words of its owner, to find it by; shares leave them out. */
  tags: string[];
  starred: boolean;
  /** Kept out of lists, unless they are asked for it, and of boards. */
  archived: boolean;
  preset: string | null;
  /** Of a fork: the run, which may be gone, and the iteration of the checkpoint it started from. */
  parent: { id: string; iteration: number } | null;
  /** Of a run that was trained in another installation. */
  importedFrom: RunSource | null;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** Last finished iteration. */
  iteration: number;
  progress: { phase: Phase; done: number; total: number; secondsLeft?: number | undefined } | null;
  /** Since when its trainer shows no sign of life; null while it does. */
  stalledSince: number | null;
  /** Facts the trainer reported; null before it is up. */
  facts: {
    games: 'real' | 'generated';
    engine: string;
    threads: number;
    parameters: number;
    /** Absent where all are trained. */
    trainedParameters?: number | undefined;
  } | null;
  lastSuccess: number | null;
  finalEvaluations: Evaluation[];
  bestEvaluation: Evaluation | null;
  /** What is or was wrong with it, in order of onset. */
  alerts: RunAlert[];
  /** For a failed run: what broke, with the trainer's last lines. */
  failure: string | null;
  lastCheckpoint: number | null;
  lastSeq: number;
}

/** A run with what only its owner sees. */
export interface RunDetail extends RunSummary {
  note: string;
  /** The sweep that launched it. */
  sweep: { id: string; title: string } | null;
  evaluations: Evaluation[];
  transitions: Transition[];
  /** What was done to it, the newest first; null for a key that is not told. */
  actions: Action[] | null;
  /** What has computed it, from which iteration on; empty for runs that did not say. */
  provenance: ProvenanceEntry[];
}

/** A change of state. */
export interface Transition {
  /** Epoch milliseconds. */
  time: number;
  /** Null for the launch. */
  from: RunState | null;
  to: RunState;
  reason: string;
}

/** Columnar metrics of a run: `columns[key][i]` belongs to `iterations[i]`; NaN is not-a-number, null was not said. */
export interface MetricSeries {
  runId: string;
  /** Iterations summarised by one bin (see `reduceRows`); 1: every point is here. */
  bin: number;
  iterations: number[];
  columns: Record<string, (number | null)[]>;
  /** Of a preview: all keys that the run has, of which only some columns are here. */
  keys?: readonly string[];
}

/** The same for JSON: its rows as of series-codec.ts, in base64. */
export interface WireSeries extends Omit<MetricSeries, 'iterations' | 'columns'> {
  rows: string;
}

/** What the events of a run up to `lastSeq` add up to, but for its log: a subscription after that number continues it. */
export interface RunSnapshot {
  runId: string;
  lastSeq: number;
  state: RunState;
  /** Why it is in this state, in the supervisor's words. */
  reason: string;
  series: WireSeries;
  /** In order of iteration; thinned by `thinEvaluations` where `evaluationBin` is above 1. */
  evaluations: Evaluation[];
  evaluationBin: number;
  alerts: AlertEvent[];
  lastCheckpoint: number | null;
  /** Of a failed run: where its trainer was, and whether going on as it is would come to the same end. */
  failedAt: Place | null;
  failsAgain: boolean;
  facts: Omit<Extract<TrainerEvent, { kind: 'facts' }>, 'kind'> | null;
  progress: Omit<Extract<TrainerEvent, { kind: 'progress' }>, 'kind'> | null;
  /** Epoch milliseconds of the last iterations of a run that trains, none of them before a pause or a restart. */
  iterationTimes: number[];
}

export interface LogLine {
  seq: number;
  time: number;
  level: 'info' | 'warning' | 'error';
  text: string;
}

/** Runs with their evaluations under one protocol. */
export interface ScoredRuns {
  /** All that these runs were evaluated under. */
  protocols: EvaluationProtocol[];
  /** The one shown; null when there is none. */
  protocol: EvaluationProtocol | null;
  runs: ScoredRun[];
}

export interface ScoredRun {
  id: string;
  ordinal: number;
  name: string;
  /** Null for a run of another trainer. */
  config: RunConfig | null;
  foreign: ForeignFacts | null;
  /** Whether it was trained in another lab, and came with its evaluations. */
  isImported: boolean;
  finished: boolean;
  /** In order of iteration; none of a run of another trainer. */
  evaluations: Evaluation[];
  /** What its owner states in their place. */
  stated: StatedRate | null;
}

/** The success rate of a run of another trainer, over all task types: nobody here has seen it played. */
export interface StatedRate {
  rate: number;
  /** By its trainer's name: the last value is the rate. */
  metric: string;
  /** Games behind it. */
  episodes: number;
}

/** Pages whose view can be saved under a name. */
export const VIEW_PAGES = ['/runs', '/leaderboard'] as const;
export type ViewPage = (typeof VIEW_PAGES)[number];

/** How a page was set. */
export interface SavedView {
  id: string;
  page: ViewPage;
  name: string;
  /** Without the question mark. */
  query: string;
}

export const SHARE_KINDS = ['run', 'comparison', 'episode', 'leaderboard', 'statistics', 'report'] as const;
export type ShareKind = (typeof SHARE_KINDS)[number];

/** Which episode of which run. */
export interface EpisodeAddress {
  runId: string;
  id: string;
}

/** A share link as its owner sees it; the token itself is shown once, when made. */
export interface ShareInfo {
  id: string;
  kind: ShareKind;
  title: string;
  /** Those whose curves it shows. */
  runIds: string[];
  /** View options of the page it was made on, as a query string. */
  query: string;
  /** Of a report. */
  reportId: string | null;
  /** That it shows alone. */
  episode: EpisodeAddress | null;
  /** Since when it shows what was then; null: live. */
  frozenAt: number | null;
  /** Whether the stored episodes of its runs can be read. */
  episodes: boolean;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
  views: number;
}

/** What a share link opens. */
export interface SharedView {
  kind: ShareKind;
  title: string;
  query: string;
  expiresAt: number;
  frozenAt: number | null;
  episodes: boolean;
  runs: RunSummary[];
  /** Of a single run; a comparison's come with its snapshots. */
  evaluations: Evaluation[];
  /** Of a single run, without what its owner may have named. */
  provenance: ProvenanceEntry[];
  leaderboard: Leaderboard | null;
  /** Of a single run, if it was measured. */
  variance: VarianceReport | null;
  /** Of shared statistics. */
  scores: ScoredRuns | null;
  report: ReportContent | null;
  /** That it shows alone. */
  episode: EpisodeAddress | null;
}

/** What a figure of a shared report shows that its runs do not tell. */
export interface SharedFigure {
  board: Leaderboard | null;
  scores: ScoredRuns | null;
}

/** Where alerts and ends of runs are posted, and how that goes. */
export interface WebhookState {
  host: string;
  /** Epoch milliseconds; null before the first. */
  lastSentAt: number | null;
  /** Why the last try failed; null where it did not. */
  problem: string | null;
  /** Messages given up since the server started. */
  lost: number;
}

export interface SystemInfo {
  version: string;
  /** The checkout's commit, with `-dirty` where it was changed; null outside of one. */
  commit: string | null;
  nodeVersion: string;
  /** Name, release and processor architecture. */
  system: string;
  /** Model of the processor. */
  processor: string;
  database: 'embedded' | 'postgres';
  /** Since when the database does not answer, in epoch milliseconds; null while it does. */
  databaseAwaySince: number | null;
  dataFolder: string;
  modelsFolder: string;
  engine: { name: string; reason: string };
  /** The games a run would get, environment by environment. */
  games: GamesFound[];
  cores: number;
  memoryBytes: number;
  /** Resident memory of the server and its trainers. */
  residentBytes: { server: number; trainers: number };
  /** Counts of all machines, unknown (null) while the database is away. */
  queue: { slots: number; running: number | null; queued: number | null };
  /** Runs that train, on any machine; unknown (null) while the database is away. */
  training: TrainingSpeed[] | null;
  /** Of this server. */
  load: ServerLoad;
  /** Runs of this machine whose trainer shows no sign of life since then, in epoch milliseconds. */
  stalled: { runId: string; since: number }[];
  /** Null where none is set. */
  webhook: WebhookState | null;
  startedAt: number;
}

/** Games of an environment; `counts` by the splits it has. */
export interface GamesFound {
  environment: EnvironmentName;
  source: 'real' | 'generated';
  origin: string;
  counts: Partial<Record<Split, number>>;
}

/** Cost of a config before it is launched. `basis` says where the speed comes from. */
export interface LaunchEstimate {
  episodes: number;
  tokens: number;
  seconds: number;
  parameters: number;
  /** As many of them as training changes, or of adapters beside them. */
  trainedParameters: number;
  /** Resident memory of the trainer at its largest. */
  memoryBytes: number;
  /** At the prices of the config, for an endpoint; absent elsewhere. */
  cost?: number;
  basis: string;
  /** Runs that may train at once here. */
  slots: number;
}

/** Cost of runs launched together. */
export interface ComparisonEstimate {
  runs: number;
  /** Until the last one ends, as many at once as there are slots. */
  seconds: number;
  slots: number;
}
