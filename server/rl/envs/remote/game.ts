import { listOf, pathOf } from '../../../contract/remote.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { Step, TextEnvironment } from '../environment.ts';
import { type Answer, fault } from './answer.ts';
import { beginSession } from './begin-session.ts';
import type { Session } from './session.ts';
import { describe, fillAction, readPath } from './templates.ts';

/** How free text stands among the commands. */
export const FREE_TEXT = '<your text>';

/** An episode of an environment on another server. What the server does wrong is thrown as AppError `remote`. */
export class RemoteGame implements TextEnvironment {
  readonly gameId: string;
  readonly taskType = 'remote';
  readonly mostTogether: number;
  readonly isDistant = true;
  readonly config: RunConfig;
  readonly #seed: number;
  readonly #stepLimit: number;
  #session: Session | null = null;
  #observation = '';
  #commands: readonly string[] = [FREE_TEXT];
  #steps = 0;
  /** Sum of the rewards so far, and the last of them. */
  total = 0;
  last = 0;

  constructor(config: RunConfig, gameId: string, seed: number, stepLimit: number) {
    this.config = config;
    this.gameId = gameId;
    this.#seed = seed;
    this.#stepLimit = stepLimit;
    this.mostTogether = config.remoteSessions;
  }

  async reset(): Promise<string> {
    this.close();
    const { session, first } = await beginSession(this.config, this.#seed);
    this.#session = session;
    this.#steps = 0;
    this.total = 0;
    this.last = 0;
    if (first.done) throw this.#fault('says that the episode is over before its first step');
    this.#see(first);
    return this.#observation;
  }

  /** A command that is not among those there are is not sent: it costs its step. */
  async step(command: string): Promise<Step> {
    const { remoteAction, remoteWon, remoteTruncated } = this.config;
    const session = this.#session;
    if (!session) throw this.#fault('has no episode that goes on');
    this.#steps++;
    this.last = 0;
    let isDone = false;
    let won = false;
    let isCut = false;
    const said = this.#commandOf(command);
    if (said !== undefined) {
      const answer = await session.step(fillAction(remoteAction, said));
      this.#see(answer);
      this.last = answer.reward;
      this.total += answer.reward;
      isDone = answer.done;
      const isTrue = (path: string) => readPath(answer.observation, pathOf(path) ?? '') === true;
      won = remoteWon === '' ? isDone && answer.reward > 0 : isTrue(remoteWon);
      isCut = isDone && remoteTruncated !== '' && isTrue(remoteTruncated);
    }
    const truncated = isCut || (!isDone && this.#steps >= this.#stepLimit);
    const done = isDone || truncated;
    if (done) this.close();
    return { observation: this.#observation, reward: this.last, done, truncated, won };
  }

  admissible(): readonly string[] {
    return this.#commands;
  }

  close(): void {
    this.#session?.close();
    this.#session = null;
  }

  /** The reference's parser, which reads free responses, makes small letters of all. */
  #commandOf(text: string): string | undefined {
    if (this.#commands[0] === FREE_TEXT) return text;
    const small = text.toLowerCase();
    return this.#commands.find((command) => command === text || command.toLowerCase() === small);
  }

  #see({ observation, done }: Answer): void {
    const { remoteObservation, remoteCommands } = this.config;
    this.#observation = describe(observation, remoteObservation);
    if (remoteCommands === '') return;
    const path = pathOf(remoteCommands);
    const listed = path === null ? listOf(remoteCommands) : readPath(observation, path);
    // Behind the last step there may be nothing left to do.
    if (done) return;
    if (!isCommandList(listed))
      throw this.#fault(
        `has no list of commands at ${remoteCommands}: ${JSON.stringify(listed) ?? 'nothing'}`,
      );
    this.#commands = [...new Set(listed.map(String))];
  }

  #fault(what: string) {
    return fault(this.config.remoteServer, what);
  }
}

/** One text or number or more, each of one line. */
function isCommandList(value: unknown): value is (string | number)[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((entry) => typeof entry === 'number' || (typeof entry === 'string' && /^.+$/.test(entry)))
  );
}
