import type { Report, ReportContent } from '../../server/contract/report.ts';
import { mergeReports } from './merge-reports.ts';

/** How a write ended. */
export type SaveOutcome =
  | { kind: 'saved'; version: number }
  /** Another version was written since. */
  | { kind: 'conflict' }
  /** The server said no, and would again. */
  | { kind: 'refused'; message: string }
  /** It did not answer. */
  | { kind: 'away'; message: string };

export interface ReportServer {
  /** Never throws. */
  save(version: number, content: ReportContent): Promise<SaveOutcome>;
  /** Throws where there is no answer, or no report any more. */
  load(): Promise<Report>;
}

export interface DraftState {
  content: ReportContent;
  /** `unsaved`: waits for a pause in the writing. */
  status: 'saved' | 'unsaved' | 'saving' | 'failed';
  /** Why it is not saved. */
  problem: string | null;
}

const PAUSE_MS = 800;
const RETRY_MS = 3000;

const isSame = (a: ReportContent, b: ReportContent) => JSON.stringify(a) === JSON.stringify(b);

/**
 * A report that is being written, as a store for `useSyncExternalStore`. Changes are saved after a pause; where somebody else has
 * written in between, both changes go together (`mergeReports`), and nothing is lost.
 */
export class ReportDraft {
  readonly #server: ReportServer;
  readonly #onDoubled: (what: string[]) => void;
  readonly #listeners = new Set<() => void>();
  /** What the server has, as far as is known. */
  #base: ReportContent;
  #version: number;
  #state: DraftState;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #saving: Promise<void> | null = null;

  constructor({ version, title, blocks }: Report, server: ReportServer, onDoubled: (what: string[]) => void) {
    this.#server = server;
    this.#onDoubled = onDoubled;
    this.#version = version;
    this.#base = { title, blocks };
    this.#state = { content: this.#base, status: 'saved', problem: null };
  }

  getState = (): DraftState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Something was written here. */
  change = (update: (content: ReportContent) => ReportContent): void => {
    const content = update(this.#state.content);
    this.#publish({ content, status: 'unsaved', problem: null });
    this.#saveIn(PAUSE_MS);
  };

  /** What the server has was read again. */
  receive = (report: Report): void => {
    if (report.version <= this.#version || this.#saving) return;
    this.#rebase(report);
    if (isSame(this.#base, this.#state.content)) this.#publish({ status: 'saved', problem: null });
    else this.#saveIn(PAUSE_MS);
  };

  /** Saves what is not saved yet, now. */
  flush = async (): Promise<void> => {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#saving) await this.#saving;
    if (isSame(this.#base, this.#state.content)) return;
    this.#saving = this.#save().finally(() => {
      this.#saving = null;
    });
    await this.#saving;
  };

  #saveIn(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  async #save(): Promise<void> {
    const { content } = this.#state;
    this.#publish({ status: 'saving', problem: null });
    const outcome = await this.#server.save(this.#version, content);
    switch (outcome.kind) {
      case 'saved':
        this.#base = content;
        this.#version = outcome.version;
        // Writing went on meanwhile.
        if (isSame(content, this.#state.content)) this.#publish({ status: 'saved' });
        else this.#publish({ status: 'unsaved' });
        return;
      case 'conflict':
        await this.#takeTheirs();
        return;
      case 'refused':
        this.#publish({ status: 'failed', problem: outcome.message });
        return;
      case 'away':
        this.#publish({ status: 'failed', problem: outcome.message });
        this.#saveIn(RETRY_MS);
    }
  }

  async #takeTheirs(): Promise<void> {
    try {
      this.#rebase(await this.#server.load());
      this.#publish({ status: 'unsaved' });
      this.#saveIn(0);
    } catch (error) {
      this.#publish({ status: 'failed', problem: error instanceof Error ? error.message : String(error) });
      this.#saveIn(RETRY_MS);
    }
  }

  #rebase({ version, title, blocks }: Report): void {
    const theirs = { title, blocks };
    const { content, doubled } = mergeReports(this.#base, this.#state.content, theirs);
    this.#base = theirs;
    this.#version = version;
    this.#publish({ content });
    if (doubled.length > 0) this.#onDoubled(doubled);
  }

  #publish(changes: Partial<DraftState>): void {
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener();
  }
}
