import { describe, expect, it } from 'vitest';
import { describeAction, subjectPath, subjectsOf, WORDED } from '../../../app/_actions/action-words.ts';
import { RECORDED } from '../../../server/api/action-rules.ts';
import type { Action, ActionSubject } from '../../../server/contract/actions.ts';

const subject = (name: string, changes: Partial<ActionSubject> = {}): ActionSubject => ({
  kind: 'run',
  id: name.toLowerCase().replaceAll(' ', ''),
  name,
  isNew: false,
  ...changes,
});
const action = (procedure: string, changes: Partial<Action> = {}): Action => ({
  id: 'a',
  time: 0,
  procedure,
  key: null,
  subjects: [subject('Night run')],
  runs: 1,
  details: {},
  ...changes,
});
const isNew = true;

it('everything that is recorded has words, and no words are about anything else', () => {
  expect([...WORDED].sort()).toEqual([...RECORDED, 'imports.files', 'imports.bundle'].sort());
});

describe('the words for an action', () => {
  it.each<[string, Partial<Action>, string]>([
    ['runs.pause', {}, 'paused'],
    ['runs.update', { details: { name: 'Day run' } }, 'renamed to “Day run”'],
    ['runs.update', { details: { note: true } }, 'note changed'],
    ['runs.update', { details: { name: 'Night run', note: true } }, 'note changed'],
    ['runs.label', { details: { addTags: ['paper', 'best'], starred: true } }, 'tagged paper, best, starred'],
    [
      'runs.label',
      { details: { removeTags: ['old'], archived: false } },
      'tag old taken off, taken out of the archive',
    ],
    ['runs.launch', { details: { preset: 'tiny' } }, 'launched with the preset tiny'],
    ['bundles.push', { details: { address: 'lab.example' } }, 'published to lab.example'],
    ['leaderboard.enter', { details: { entry: false } }, 'taken off the leaderboard'],
    ['reports.save', { subjects: [subject('Draft')], details: { title: 'Draft' } }, 'changed'],
    [
      'reports.save',
      { subjects: [subject('Draft')], details: { title: 'Findings' } },
      'changed, titled “Findings”',
    ],
    [
      'shares.create',
      { subjects: [subject('Night run'), subject('L', { kind: 'share', isNew })], details: { days: 1 } },
      'shared by the link “L”, for 1 day',
    ],
    [
      'shares.create',
      { subjects: [subject('Board', { kind: 'share', isNew })], details: { days: 30, frozen: true } },
      'made, for 30 days, as it was then',
    ],
    [
      'keys.create',
      { subjects: [subject('nightly', { kind: 'key', isNew })], details: { scopes: ['read'], days: 7 } },
      'made for 7 days, may: Read',
    ],
    ['views.save', { details: { name: 'mine', page: '/runs' } }, 'view “mine” of the page Runs saved'],
  ])('of %s %j', (procedure, changes, words) => {
    expect(describeAction(action(procedure, changes))).toBe(words);
  });

  it('say no name of a procedure, even of one that a later version knows', () => {
    const details = { iteration: 3, split: 'train', name: 'mine', page: '/runs', entry: true };
    for (const procedure of [...WORDED, 'runs.teleport'])
      expect(describeAction(action(procedure, { details }), 'nightrun')).not.toMatch(
        /[a-z]+\.[a-z]+|undefined|\[object/i,
      );
  });
});

describe('in the history of a run', () => {
  it('others that it was done to are counted', () => {
    const labelled = action('runs.label', { details: { starred: true }, runs: 12 });
    expect(describeAction(labelled, 'nightrun')).toBe('starred, with 11 other runs');
    expect(describeAction(labelled)).toBe('starred');
  });

  it('a fork is told from where one looks', () => {
    const fork = action('runs.fork', {
      subjects: [subject('Night run'), subject('F1', { isNew }), subject('F2', { isNew })],
      details: { iteration: 30 },
      runs: 5,
    });
    expect(describeAction(fork)).toBe('forked at iteration 30: “F1”, “F2”, 2 more');
    expect(describeAction(fork, 'nightrun')).toBe('forked at iteration 30: “F1”, “F2”, 2 more');
    expect(describeAction(fork, 'f2')).toBe('forked from iteration 30 of “Night run”');
  });

  it('the end of a link says which', () => {
    const revoked = action('shares.revoke', { subjects: [subject('For you', { kind: 'share' })], runs: 3 });
    expect(describeAction(revoked, 'nightrun')).toBe('link “For you” revoked');
    expect(describeAction(revoked)).toBe('revoked');
  });
});

describe('what an action was done to', () => {
  const names = ({ shown, more }: ReturnType<typeof subjectsOf>) => [shown.map(({ name }) => name), more];

  it('is what was there before, and where nothing was, what it made', () => {
    const made = subject('F1', { isNew });
    expect(names(subjectsOf(action('', { subjects: [subject('P'), made], runs: 2 })))).toEqual([['P'], 0]);
    expect(names(subjectsOf(action('', { subjects: [made], runs: 1 })))).toEqual([['F1'], 0]);
  });

  it('is counted where it is not named', () => {
    const many = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => subject(name, { isNew }));
    expect(names(subjectsOf(action('', { subjects: many, runs: 9 })))).toEqual([['A', 'B', 'C', 'D'], 5]);
    expect(names(subjectsOf(action('', { subjects: [subject('A'), subject('B')], runs: 12 })))).toEqual([
      ['A', 'B'],
      10,
    ]);
    const link = subject('L', { kind: 'share' });
    expect(names(subjectsOf(action('', { subjects: [link], runs: 3 })))).toEqual([['L'], 0]);
  });

  it('leads to its page while it is there', () => {
    expect(subjectPath({ kind: 'report', id: 'r', isThere: true })).toBe('/reports/r');
    expect(subjectPath({ kind: 'report', id: 'r', isThere: false })).toBeNull();
    expect(subjectPath({ kind: 'view', id: 'v', isThere: true })).toBeNull();
  });
});
