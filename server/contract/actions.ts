import { z } from 'zod';
import type { KeyName } from './keys.ts';
import { typedLine } from './text.ts';

/** `evaluation`: one that was asked for, of a checkpoint. */
export type SubjectKind = 'run' | 'sweep' | 'report' | 'share' | 'key' | 'view' | 'evaluation';

/** What something was done to. */
export interface ActionSubject {
  kind: SubjectKind;
  id: string;
  /** As it was called then (an evaluation as its run), before it was renamed or deleted by this; empty where nobody knows. */
  name: string;
  /** Whether this made it. */
  isNew: boolean;
}

/** One that is looked at: it may be gone by now. */
export interface ShownSubject extends ActionSubject {
  isThere: boolean;
}

const line = typedLine(200);
const kept = <Field extends z.ZodType>(field: Field) => field.optional().catch(undefined);

/**
 * All that may be kept of what a procedure was told: no tokens, secrets, configs, nor the text of notes and reports. What is not as it
 * should be is left out.
 */
export const actionDetailsSchema = z.object({
  name: kept(line),
  title: kept(line),
  preset: kept(line),
  /** Whether there was a note among it. */
  note: kept(z.string().transform(() => true)),
  addTags: kept(z.array(line).max(20)),
  removeTags: kept(z.array(line).max(20)),
  starred: kept(z.boolean()),
  archived: kept(z.boolean()),
  iteration: kept(z.number().int()),
  split: kept(line),
  /** Of a link. */
  kind: kept(line),
  days: kept(z.number().int()),
  frozen: kept(z.boolean()),
  /** Of a key. */
  scopes: kept(z.array(line).max(10)),
  /** Of a saved view. */
  page: kept(line),
  checkpoint: kept(z.boolean()),
  /** Of another lab: its host, since an address may hold a password. */
  address: kept(line.transform((address) => new URL(address).host)),
  /** Whether there is an entry on a board now. */
  entry: kept(
    z
      .looseObject({})
      .nullable()
      .transform((entry) => entry !== null),
  ),
});
export type ActionDetails = z.output<typeof actionDetailsSchema>;

/** What somebody did. */
export interface Action {
  id: string;
  /** Epoch milliseconds. */
  time: number;
  /** Of the API, e.g. `runs.pause`, or `imports.files` and `imports.bundle`. */
  procedure: string;
  /** The key that it was done with; null: by the owner. */
  key: KeyName | null;
  /** The first of them. */
  subjects: ActionSubject[];
  /** Runs that it was done to or made, all of them. */
  runs: number;
  details: ActionDetails;
}

/** One as the lab's list shows it. */
export interface ShownAction extends Action {
  subjects: ShownSubject[];
}

export interface ActionPage {
  /** Newest first. */
  actions: ShownAction[];
  /** The `cursor` of the page of older ones; null where there are none. */
  next: number | null;
}
