import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import { lacksScope } from '../contract/keys.ts';
import type { ShareInfo } from '../contract/views.ts';
import type { GuestBudget } from '../limits/guest-budget.ts';
import type { Store } from '../store/store.ts';
import { GuestSockets } from './guest-sockets.ts';
import { atEndOf, type LabSocket, patiently, Refusal } from './lab-socket.ts';
import type { Visitor } from './visitor.ts';

export interface AdmissionParts {
  store: Store;
  guests: GuestBudget;
  /** Who asks to connect. Throws AppError `forbidden` for what would not be taken as a POST either, and `too-many`. */
  identify(request: IncomingMessage): Promise<Visitor>;
  /** Whether somebody who connected as the owner still is. */
  isStillOwner(visitor: Visitor): boolean;
}

/** The room of everybody who is the owner, or may read what is his. */
export const OWNERS = 'owners';
/** The room of those who see a leaderboard. */
export const LEADERBOARDS = 'leaderboard shares';

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

const authSchema = z.object({
  share: z.string().max(100).optional(),
  shareToken: z.string().max(100).optional(),
});

/** Decides who may open a socket, what it may see, and for how long. */
export class Admission {
  readonly #parts: AdmissionParts;
  readonly #visitors = new WeakMap<IncomingMessage, Visitor>();
  readonly #guestSockets = new GuestSockets();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Before anything else: Engine.IO's `allowRequest`. */
  allowRequest = (
    request: IncomingMessage,
    decide: (problem: string | null, allowed: boolean) => void,
  ): void => {
    this.#parts.identify(request).then(
      (visitor) => {
        this.#visitors.set(request, visitor);
        decide(null, true);
      },
      (error: Error) => decide(error instanceof AppError ? error.message : 'Something broke', false),
    );
  };

  /** Puts a socket into its rooms. Throws Refusal, and AppError `too-many`. */
  async admit(socket: LabSocket): Promise<void> {
    const visitor = this.#visitors.get(socket.request);
    if (!visitor) throw new Refusal('Connect again');
    const auth = authSchema.safeParse(socket.handshake.auth);
    const token = auth.data?.share ?? auth.data?.shareToken ?? '';
    const requests = { since: 0, count: 0 };
    Object.assign(socket.data, { visitor, share: null, subscriptions: new Map(), requests });
    if (token !== '') return this.#admitGuest(socket, token);
    if (!this.#parts.isStillOwner(visitor))
      throw new Refusal(
        visitor.scopes.length > 0 ? lacksScope('read') : 'Log in first: open /login on this server',
      );
    await socket.join(OWNERS);
    if (visitor.key !== null) await socket.join(`key ${visitor.key.id}`);
    if (!visitor.session) return;
    await socket.join(`session ${visitor.session.id}`);
    this.#endAt(socket, visitor.session.expiresAt);
  }

  /** Rights may have ended since a socket came: it goes then. Throws Refusal. */
  async check(socket: LabSocket, runId: string): Promise<void> {
    const { share } = socket.data;
    if (!(await this.isStillWelcome(socket))) {
      socket.disconnect(true);
      throw new Refusal(share ? 'This link has ended' : 'Log in again');
    }
    if (share === null) return;
    const found = await this.#open(share.token);
    if (!found?.runIds.includes(runId)) throw new Refusal('This link does not show that run');
  }

  /** Throws when the store does not answer. */
  async isStillWelcome(socket: LabSocket): Promise<boolean> {
    const { share, visitor } = socket.data;
    return share === null ? this.#parts.isStillOwner(visitor) : (await this.#open(share.token)) !== null;
  }

  /** Every question of a guest costs the store something. Throws Refusal. */
  limitQuestions(socket: LabSocket): void {
    const { share, visitor } = socket.data;
    const seconds = share ? this.#guestSockets.ask({ shareId: share.id, address: visitor.address }) : 0;
    if (seconds > 0)
      throw new Refusal(
        `This link was asked too often from your address: try again in ${Math.ceil(seconds)} s`,
      );
  }

  /** A guest who has a run told again and again makes the server work for nothing. Throws Refusal. */
  limitReplays(socket: LabSocket, runId: string, afterSeq: number, lastSeq: number): void {
    const { share, visitor } = socket.data;
    if (!share || lastSeq === 0) return;
    const part = Math.max(0, (lastSeq - afterSeq) / lastSeq);
    const guest = { shareId: share.id, address: visitor.address };
    const seconds = this.#guestSockets.replay(guest, socket.id, runId, part);
    if (seconds > 0)
      throw new Refusal(
        `This run was asked for from the beginning too often: try again in ${Math.ceil(seconds)} s`,
      );
  }

  async #admitGuest(socket: LabSocket, token: string): Promise<void> {
    const { address } = socket.data.visitor;
    const { guests } = this.#parts;
    const share = await patiently(socket, () =>
      guests.read({ address, link: token }, () => this.#open(token)),
    );
    if (!share) throw new Refusal('This link does not exist, has expired or was revoked: ask for a new one');
    const leave = this.#guestSockets.open({ shareId: share.id, address });
    if (typeof leave === 'string') throw new Refusal(leave);
    atEndOf(socket, leave);
    socket.data.share = { token, id: share.id, isFrozen: share.frozenAt !== null };
    await socket.join([`share ${share.id}`, ...roomsOf(share)]);
    this.#endAt(socket, share.expiresAt);
  }

  /** Null for a link that opens nothing. Throws when the store does not answer. */
  async #open(token: string): Promise<ShareInfo | null> {
    try {
      return await this.#parts.store.shares.open(token);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return null;
      throw error;
    }
  }

  #endAt(socket: LabSocket, expiresAt: number): void {
    const leftMs = expiresAt - Date.now();
    socket.data.expiry = setTimeout(
      () => (leftMs > LONGEST_TIMEOUT_MS ? this.#endAt(socket, expiresAt) : socket.disconnect(true)),
      Math.min(leftMs, LONGEST_TIMEOUT_MS),
    ).unref();
    atEndOf(socket, () => clearTimeout(socket.data.expiry));
  }
}

/** Where changes of a share's runs are told. */
function roomsOf({ kind, runIds, frozenAt }: ShareInfo): string[] {
  if (frozenAt !== null) return [];
  const ofRuns = runIds.map((runId) => `share of ${runId}`);
  return kind === 'run' || kind === 'comparison' ? ofRuns : [LEADERBOARDS, ...ofRuns];
}
