import { ENVIRONMENT_FACTS, type EnvironmentName } from '../../server/contract/environments.ts';
import type { TrainingSpeed } from '../../server/contract/server-load.ts';
import type { GamesFound, SystemInfo } from '../../server/contract/views.ts';
import { formatBytes, formatShare, formatTime } from '../_charts/format.ts';

/** One line of the System page. */
export interface SystemFact {
  title: string;
  value: string;
  /** Why it is so, or its parts. */
  detail: string;
  /** One sentence: what to do to have it otherwise. */
  change: string;
}

const count = (value: number) => value.toLocaleString('en');

/** The machine and its choices, each with the way to change it. */
export function systemFacts(info: SystemInfo): { group: string; facts: SystemFact[] }[] {
  const resident = info.residentBytes.server + info.residentBytes.trainers;
  return [
    {
      group: 'Training',
      facts: [
        {
          title: 'Engine',
          value: info.engine.name,
          detail: info.engine.reason,
          change:
            'Set HIPER_ENGINE to auto, onnxruntime, tensorflow or cpu; npm run gpu:install brings what a GPU needs.',
        },
        ...info.games.map(describeGames),
        {
          title: 'Queue',
          ...describeQueue(info.queue),
          change: 'Set HIPER_SLOTS to the number of runs that may train at once; they share the cores.',
        },
        {
          title: 'Speed',
          ...describeSpeed(info.training),
          change: 'Fewer runs at once, more Threads a run or a smaller policy make each of them faster.',
        },
        ...info.stalled.map(({ runId, since }) => ({
          title: `Run ${runId}`,
          value: `No sign of life since ${formatTime(since)}`,
          detail: 'Its trainer stands still: frozen, or stuck in the machine.',
          change: 'Cancel the run and resume it from its last checkpoint, or wake its process.',
        })),
      ],
    },
    {
      group: 'Storage',
      facts: [
        {
          title: 'Database',
          ...describeDatabase(info),
          change:
            'Set DATABASE_URL to a postgres:// address to use a PostgreSQL server; without it the embedded one runs.',
        },
        {
          title: 'Data folder',
          value: info.dataFolder,
          detail: 'Database, weights and checkpoints.',
          change: 'Set HIPER_DATA to another folder; move the old one there to keep its runs.',
        },
        {
          title: 'Models folder',
          value: info.modelsFolder,
          detail: 'Language models that runs can train; the launch form lists them.',
          change: 'Set HIPER_MODELS to another folder; npm run model -- fetch ORG/NAME brings a model.',
        },
      ],
    },
    {
      group: 'Messages',
      facts: [
        {
          title: 'Webhook',
          ...describeWebhook(info.webhook),
          change:
            'Set HIPER_WEBHOOK to the address that alerts and ends of runs are posted to; one inside a network is listed in HIPER_WEBHOOK_HOSTS too. Workers have their own.',
        },
      ],
    },
    {
      group: 'Machine',
      facts: [
        {
          title: 'Memory in use',
          value: `${formatBytes(resident)} of ${formatBytes(info.memoryBytes)}`,
          detail: `Server ${formatBytes(info.residentBytes.server)}, trainers ${formatBytes(info.residentBytes.trainers)}.`,
          change: 'Fewer slots (HIPER_SLOTS) or a narrower policy need less.',
        },
        {
          title: 'Processor in use',
          value: `${formatShare(info.load.machineShare, 0)} of the machine`,
          detail: `The server itself keeps ${info.load.serverCores.toFixed(2)} cores busy. ${lately(info.load)}`,
          change: 'Fewer slots (HIPER_SLOTS) or fewer Threads a run leave more of it.',
        },
        {
          title: 'Server’s delay',
          ...describeDelay(info.load),
          change:
            'Leave the server a core: fewer slots (HIPER_SLOTS) or Threads a run. Where the machine is idle, a large request is the reason.',
        },
        {
          title: 'Cores',
          value: count(info.cores),
          detail: 'Cores this server may use.',
          change: 'The field Threads of a run sets how many of them its trainer takes.',
        },
        {
          title: 'Version',
          value: `HiPER Lab ${info.version}`,
          detail: `${info.commit ? `Commit ${info.commit}. ` : ''}Node ${info.nodeVersion}.`,
          change: 'Update with git pull and npm ci; the database migrates itself at the next start.',
        },
      ],
    },
  ];
}

/** What to do for the real games of an environment; absent where there are none but generated ones. */
const REAL_GAMES: Partial<Record<EnvironmentName, string>> = {
  alfworld:
    'Set ALFWORLD_DATA to the folder of an ALFWorld release; without real data the games are generated.',
  webshop:
    'Set WEBSHOP_DATA to the folder of WebShop’s items_shuffle_1000.json; without real data the products are generated.',
};

function describeGames({ environment, source, origin, counts }: GamesFound): SystemFact {
  const parts = Object.entries(counts).map(([split, number]) => `${count(number)} ${split}`);
  return {
    title: `Games of ${ENVIRONMENT_FACTS[environment].title}`,
    value: source === 'real' ? 'Real' : 'Generated',
    detail: parts.length > 0 ? `${origin}. ${parts.join(', ')}.` : origin,
    change: REAL_GAMES[environment] ?? 'These games are always generated.',
  };
}

function describeQueue({
  running,
  queued,
  slots,
}: SystemInfo['queue']): Pick<SystemFact, 'value' | 'detail'> {
  if (running === null || queued === null)
    return {
      value: `${count(slots)} slot${slots === 1 ? '' : 's'}`,
      detail: 'Who trains and who waits is unknown: the database does not say.',
    };
  const waiting = queued === 0 ? 'Nobody waits.' : `${count(queued)} waiting for a slot.`;
  return { value: `${count(running)} of ${count(slots)} slots busy`, detail: waiting };
}

function describeSpeed(training: SystemInfo['training']): Pick<SystemFact, 'value' | 'detail'> {
  if (training === null)
    return { value: 'Unknown', detail: 'Who trains is unknown: the database does not say.' };
  if (training.length === 0) return { value: 'Nothing trains', detail: 'No run is at work.' };
  const told = training.filter((run) => speedsOf([run]).length > 0);
  const untold = training.length - told.length;
  const parts = [
    ...(told.length > 0 ? ['In the rollout of each run’s last iteration.'] : []),
    ...told.map((run) => `${run.name}: ${speedsOf([run]).join(', ')}.`),
    ...(untold > 0 ? [`${count(untold)} ${untold === 1 ? 'run has' : 'runs have'} no iteration yet.`] : []),
  ];
  return { value: speedsOf(told).join(', ') || 'Not known yet', detail: parts.join(' ') };
}

/** Of runs together, as far as they said. */
function speedsOf(runs: readonly TrainingSpeed[]): string[] {
  const total = (key: 'tokensPerSecond' | 'environmentStepsPerSecond', unit: string) => {
    const told = runs.flatMap((run) => run[key] ?? []);
    return told.length === 0 ? [] : `${count(Math.round(sum(told)))} ${unit}`;
  };
  return [
    total('tokensPerSecond', 'tokens/s'),
    total('environmentStepsPerSecond', 'environment steps/s'),
  ].flat();
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const lately = ({ seconds }: SystemInfo['load']) => `Over the last ${count(Math.round(seconds))} seconds.`;

function describeDelay(load: SystemInfo['load']): Pick<SystemFact, 'value' | 'detail'> {
  const { median, p99, max } = load.delayMs;
  const ms = (value: number) => `${value < 10 ? value.toFixed(1) : count(Math.round(value))} ms`;
  return {
    value: `${ms(median)} median, ${ms(p99)} p99, ${ms(max)} longest`,
    detail: `How late it comes to what it has to do (event-loop lag). ${lately(load)}`,
  };
}

function describeDatabase(
  info: Pick<SystemInfo, 'database' | 'databaseAwaySince'>,
): Pick<SystemFact, 'value' | 'detail'> {
  if (info.databaseAwaySince !== null)
    return {
      value: `PostgreSQL has not answered since ${formatTime(info.databaseAwaySince)}`,
      detail: 'Trainers wait with what they have to store; everything goes on by itself when it is back.',
    };
  return info.database === 'embedded'
    ? { value: 'PGlite, inside the server', detail: 'One process, nothing to install.' }
    : { value: 'PostgreSQL', detail: 'Shared by every server and worker on it.' };
}

function describeWebhook(webhook: SystemInfo['webhook']): Pick<SystemFact, 'value' | 'detail'> {
  if (!webhook) return { value: 'None', detail: 'Alerts and ends of runs are told on these pages only.' };
  const { host, lastSentAt, problem, lost } = webhook;
  const last = lastSentAt === null ? 'Nothing sent yet.' : `Last sent ${formatTime(lastSentAt)}.`;
  const given = lost === 0 ? '' : ` ${count(lost)} message${lost === 1 ? '' : 's'} given up.`;
  return {
    value: host,
    detail: problem === null ? `${last}${given}` : `Not delivered: ${problem}. ${last}${given}`,
  };
}
