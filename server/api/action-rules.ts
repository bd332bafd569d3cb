import type { Concerned, Done } from '../actions/actions.ts';
import { type ActionDetails, actionDetailsSchema, type SubjectKind } from '../contract/actions.ts';

/** Where ids of a kind stand in an input or an answer. */
type Place = readonly [kind: SubjectKind, path: string];

/** What is kept of a procedure that changes something. */
interface ActionRule {
  /** In its input: what it is done to. */
  to?: readonly Place[];
  /** In its answer: what it makes. */
  makes?: readonly Place[];
  /** Fields of its input. */
  keeps?: readonly (keyof ActionDetails)[];
  /** It takes a name away, so that is looked up before. */
  unnames?: boolean;
  /** Pages do it by themselves, again and again. */
  isFrequent?: boolean;
}

const run: ActionRule = { to: [['run', 'id']] };
const sweep: ActionRule = { to: [['sweep', 'id']] };
const report: ActionRule = { to: [['report', 'id']] };

/** Every procedure that changes something has one; nothing else of its input is kept. */
const RULES: Record<string, ActionRule> = {
  'runs.launch': { makes: [['run', 'id']], keeps: ['preset'] },
  'runs.launchAll': { makes: [['run', 'ids']], keeps: ['preset'] },
  'runs.launchComparison': { makes: [['run', 'ids']], keeps: ['preset'] },
  'runs.fork': { ...run, makes: [['run', 'ids']], keeps: ['iteration'] },
  'runs.pause': run,
  'runs.resume': run,
  'runs.cancel': run,
  'runs.update': { ...run, keeps: ['name', 'note'], unnames: true },
  'runs.label': { to: [['run', 'ids']], keeps: ['addTags', 'removeTags', 'starred', 'archived'] },
  'runs.remove': { ...run, unnames: true },
  'bundles.push': { ...run, keeps: ['address', 'checkpoint'] },
  'bundles.pull': { makes: [['run', 'id']], keeps: ['address', 'checkpoint'] },
  'checkpoints.evaluate': { ...run, keeps: ['iteration', 'split'] },
  'checkpoints.cancel': { to: [['evaluation', 'jobId']], unnames: true },
  'leaderboard.verify': { to: [['run', 'runIds']] },
  'leaderboard.enter': { ...run, keeps: ['entry'] },
  'variance.start': run,
  'variance.cancel': run,
  'sweeps.launch': { makes: [['sweep', 'id']], keeps: ['preset'] },
  'sweeps.cancel': sweep,
  'sweeps.resume': sweep,
  'sweeps.remove': { ...sweep, unnames: true },
  'reports.create': { makes: [['report', 'id']] },
  'reports.save': { ...report, keeps: ['title'], unnames: true, isFrequent: true },
  'reports.append': report,
  'reports.remove': { ...report, unnames: true },
  'shares.create': {
    to: [
      ['run', 'runIds'],
      ['run', 'episode.runId'],
      ['report', 'reportId'],
    ],
    makes: [['share', 'share.id']],
    keeps: ['kind', 'days', 'frozen'],
  },
  'shares.revoke': { to: [['share', 'id']] },
  'keys.create': { makes: [['key', 'info.id']], keeps: ['scopes', 'days'] },
  'keys.revoke': { to: [['key', 'id']] },
  'views.save': { keeps: ['name', 'page'] },
  'views.remove': { to: [['view', 'id']], unnames: true },
  'system.testWebhook': {},
};

/** The procedures that there is a rule for. */
export const RECORDED = Object.keys(RULES);

const ID = /^[A-Za-z0-9_-]{1,40}$/;

/** The ids at a path, one or many; none where something else stands there. */
function idsAt(value: unknown, path: string): string[] {
  let found = value;
  for (const name of path.split('.'))
    found =
      typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  return [found].flat().filter((id): id is string => typeof id === 'string' && ID.test(id));
}

const concernedBy = (places: readonly Place[] = [], value: unknown, isNew: boolean): Concerned[] =>
  places
    .map(([kind, path]) => ({ kind, ids: [...new Set(idsAt(value, path))], isNew }))
    .filter(({ ids }) => ids.length > 0);

/** What a procedure is about to be done to, where that will no longer be called what it is. */
export function losesName(procedure: string, input: unknown): Concerned[] {
  const { to, unnames } = RULES[procedure] ?? {};
  return unnames ? concernedBy(to, input, false) : [];
}

/** What is kept of a procedure that was asked for this, and answered that. */
export function readAction(
  procedure: string,
  input: unknown,
  answer: unknown,
): Pick<Done, 'procedure' | 'concerned' | 'details' | 'isFrequent'> {
  const { to, makes, keeps = [], isFrequent = false } = RULES[procedure] ?? {};
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const told = Object.fromEntries(keeps.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])));
  return {
    procedure,
    concerned: [...concernedBy(to, input, false), ...concernedBy(makes, answer, true)],
    details: actionDetailsSchema.parse(told),
    isFrequent,
  };
}
