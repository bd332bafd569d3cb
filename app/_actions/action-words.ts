import type { Action, ActionSubject } from '../../server/contract/actions.ts';
import { counted } from '../../server/contract/counted.ts';
import { type KeyScope, SCOPE_WORDS } from '../../server/contract/keys.ts';

/** A name as sentences have it; of what has none, or whose name nobody knows, the id. */
const quoted = ({ name, id }: Pick<ActionSubject, 'name' | 'id'>) => (name === '' ? id : `“${name}”`);

const listed = (parts: readonly (string | false | undefined)[]) => parts.filter(Boolean).join(', ');

const madeIn = ({ subjects }: Action) => subjects.filter(({ isNew }) => isNew);

/** `with the preset tiny`, where there was one. */
const withPreset = ({ details: { preset } }: Action) => (preset ? ` with the preset ${preset}` : '');

function describeUpdate({ subjects, details: { name, note } }: Action): string {
  const isRenamed = name !== undefined && name !== subjects[0]?.name;
  return listed([isRenamed && `renamed to “${name}”`, note && 'note changed']) || 'saved as it was';
}

function describeLabels({ details: { addTags = [], removeTags = [], starred, archived } }: Action): string {
  const changes = listed([
    addTags.length > 0 && `tagged ${addTags.join(', ')}`,
    removeTags.length > 0 && `tag ${removeTags.join(', ')} taken off`,
    starred !== undefined && (starred ? 'starred' : 'star taken off'),
    archived !== undefined && (archived ? 'archived' : 'taken out of the archive'),
  ]);
  return changes || 'left as it was';
}

function describeFork(action: Action, runId: string | undefined): string {
  const made = madeIn(action);
  const parent = action.subjects.find(({ isNew }) => !isNew);
  const { iteration } = action.details;
  const isParent = runId === undefined || parent?.id === runId;
  if (!isParent) return `forked from iteration ${iteration} of ${parent ? quoted(parent) : 'another run'}`;
  const more = action.runs - 1 - made.length;
  return `forked at iteration ${iteration}: ${listed([...made.map(quoted), more > 0 && `${more} more`])}`;
}

function describeShare(action: Action): string {
  const { days, frozen } = action.details;
  const [link] = madeIn(action);
  const isOfSomething = action.subjects.some(({ isNew }) => !isNew);
  const what = isOfSomething ? `shared by the link ${link ? quoted(link) : ''}`.trim() : 'made';
  return listed([what, days !== undefined && `for ${counted(days, 'day')}`, frozen && 'as it was then']);
}

function describeKey({ details: { scopes = [], days } }: Action): string {
  const titles = scopes.map((scope) => (SCOPE_WORDS[scope as KeyScope] ?? { title: scope }).title);
  return `made${days === undefined ? '' : ` for ${counted(days, 'day')}`}, may: ${titles.join(', ')}`;
}

const PAGE_TITLES: Record<string, string> = { '/runs': 'Runs', '/leaderboard': 'Leaderboard' };

const WORDS: Record<string, string | ((action: Action, runId?: string) => string)> = {
  'runs.launch': (action) => `launched${withPreset(action)}`,
  'runs.launchAll': (action) => `launched${withPreset(action)}`,
  'runs.launchComparison': (action) => `launched as a comparison${withPreset(action)}`,
  'runs.fork': describeFork,
  'runs.pause': 'paused',
  'runs.resume': 'resumed',
  'runs.cancel': 'cancelled',
  'runs.update': describeUpdate,
  'runs.label': describeLabels,
  'runs.remove': 'deleted',
  'bundles.push': ({ details: { address, checkpoint } }) =>
    listed([`published to ${address ?? 'another lab'}`, checkpoint && 'with its checkpoint']),
  'bundles.pull': ({ details: { address } }) => `fetched from ${address ?? 'another lab'}`,
  'imports.files': 'imported from files',
  'imports.bundle': 'imported from another lab',
  'checkpoints.evaluate': ({ details: { iteration, split } }) =>
    `checkpoint of iteration ${iteration} sent to be evaluated on ${split}`,
  'checkpoints.cancel': (_, runId) =>
    runId === undefined ? 'cancelled' : 'evaluation of a checkpoint cancelled',
  'leaderboard.verify': 'sent to be evaluated anew for the leaderboard',
  'leaderboard.enter': ({ details: { entry } }) =>
    entry ? 'put on the leaderboard' : 'taken off the leaderboard',
  'variance.start': 'measurement of its variance asked for',
  'variance.cancel': 'measurement of its variance cancelled',
  'sweeps.launch': (action) => `launched${withPreset(action)}`,
  'sweeps.cancel': 'cancelled',
  'sweeps.resume': 'resumed',
  'sweeps.remove': 'deleted, its runs stay',
  'reports.create': 'made',
  'reports.save': ({ subjects, details: { title } }) =>
    title !== undefined && title !== '' && title !== subjects[0]?.name
      ? `changed, titled “${title}”`
      : 'changed',
  'reports.append': 'added to',
  'reports.remove': 'deleted',
  'shares.create': describeShare,
  'shares.revoke': ({ subjects: [link] }, runId) =>
    runId !== undefined && link ? `link ${quoted(link)} revoked` : 'revoked',
  'keys.create': describeKey,
  'keys.revoke': 'revoked',
  'views.save': ({ details: { name, page = '' } }) =>
    `view “${name}” of the page ${PAGE_TITLES[page] ?? page} saved`,
  'views.remove': 'deleted',
  'system.testWebhook': 'test message sent to the webhook',
};

/** Their words say of which runs, or it does not matter. */
const TELL_RUNS = ['runs.fork', 'shares.revoke'];

/** Procedures that there are words for. */
export const WORDED = Object.keys(WORDS);

/**
 * What was done, to stand after what it was done to: `renamed to “Night run”`. With `runId` for the history of that run, where it
 * tells how many others there were.
 */
export function describeAction(action: Action, runId?: string): string {
  const words = WORDS[action.procedure] ?? 'changed in a way that this version does not know';
  const text = typeof words === 'string' ? words : words(action, runId);
  const others = action.runs - 1;
  const isTold = runId === undefined || others < 1 || TELL_RUNS.includes(action.procedure);
  return isTold ? text : `${text}, with ${counted(others, 'other run')}`;
}

/** Of many things that something was done to, so many are shown. */
const MOST_SHOWN = 4;

/** What an action was done to; what it made, where there was nothing before; and how many runs more there were. */
export function subjectsOf<Subject extends ActionSubject>({
  subjects,
  runs,
}: Pick<Action, 'runs'> & { subjects: readonly Subject[] }): { shown: Subject[]; more: number } {
  const old = subjects.filter(({ isNew }) => !isNew);
  const shown = (old.length > 0 ? old : subjects).slice(0, MOST_SHOWN);
  const named = shown.filter(({ kind }) => kind === 'run').length;
  const made = subjects.filter(({ kind, isNew }) => kind === 'run' && isNew).length;
  // Of a fork the runs that it made stand in its words; a link's are not what it was done to.
  const more = named === 0 || (old.length > 0 && made > 0) ? 0 : Math.max(0, runs - named);
  return { shown, more };
}

/** Where one can be looked at; null where it has no page, or is gone. */
export function subjectPath({
  kind,
  id,
  isThere,
}: Pick<ActionSubject, 'kind' | 'id'> & { isThere: boolean }): string | null {
  if (!isThere) return null;
  const paths: Record<ActionSubject['kind'], string | null> = {
    run: `/runs/${id}`,
    sweep: `/sweeps/${id}`,
    report: `/reports/${id}`,
    share: '/shares',
    key: '/keys',
    view: null,
    evaluation: null,
  };
  return paths[kind];
}
