import type { ReplayRequest } from '../contract/replays.ts';
import type { VarianceOptions } from '../contract/variance.ts';
import { ActionStore } from './actions.ts';
import { ArtifactStore } from './artifacts.ts';
import { CheckpointEvaluationStore } from './checkpoint-evaluations.ts';
import { CheckpointRequestStore } from './checkpoint-requests.ts';
import type { Database } from './database.ts';
import { EpisodeStore } from './episodes.ts';
import { EventStore } from './events.ts';
import { ExperimentStore } from './experiments.ts';
import { ForeignRunStore } from './foreign-runs.ts';
import { HolderStore } from './holders.ts';
import { KeyStore } from './keys.ts';
import { ReportStore } from './reports.ts';
import { RunStore } from './runs.ts';
import { SavedViewStore } from './saved-views.ts';
import { SeriesStore } from './series-blocks.ts';
import { SessionStore } from './sessions.ts';
import { ShareStore } from './shares.ts';
import { SweepStore } from './sweeps.ts';
import { TallyStore } from './tallies.ts';
import { WebhookMessageStore } from './webhook-messages.ts';

/** Everything that lasts, one repository a noun. */
export interface Store {
  runs: RunStore;
  events: EventStore;
  episodes: EpisodeStore;
  tallies: TallyStore;
  replays: CheckpointEvaluationStore;
  replayRequests: CheckpointRequestStore<ReplayRequest>;
  measurementRequests: CheckpointRequestStore<VarianceOptions>;
  series: SeriesStore;
  shares: ShareStore;
  views: SavedViewStore;
  reports: ReportStore;
  webhookMessages: WebhookMessageStore;
  sweeps: SweepStore;
  sessions: SessionStore;
  holders: HolderStore;
  foreign: ForeignRunStore;
  experiments: ExperimentStore;
  artifacts: ArtifactStore;
  keys: KeyStore;
  actions: ActionStore;
  database: Database;
}

export function makeStore(database: Database): Store {
  return {
    runs: new RunStore(database.prisma),
    events: new EventStore(database.prisma),
    episodes: new EpisodeStore(database.prisma),
    tallies: new TallyStore(database.prisma),
    replays: new CheckpointEvaluationStore(database.prisma),
    replayRequests: new CheckpointRequestStore(database.prisma, 'evaluation'),
    measurementRequests: new CheckpointRequestStore(database.prisma, 'variance'),
    series: new SeriesStore(database.prisma),
    shares: new ShareStore(database.prisma),
    views: new SavedViewStore(database.prisma),
    reports: new ReportStore(database.prisma),
    sweeps: new SweepStore(database.prisma),
    webhookMessages: new WebhookMessageStore(database.prisma),
    sessions: new SessionStore(database.prisma),
    holders: new HolderStore(database),
    foreign: new ForeignRunStore(database.prisma),
    experiments: new ExperimentStore(database.prisma),
    artifacts: new ArtifactStore(database.prisma),
    keys: new KeyStore(database.prisma),
    actions: new ActionStore(database.prisma),
    database,
  };
}
