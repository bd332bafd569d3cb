import { AppError } from '../../contract/error.ts';
import type { TokenIds } from '../model/token-ids.ts';

/** A place in a tree of token sequences, each of which spells a text; walked from its root one token at a time. */
export interface Choice {
  /** Ids that may come next; one id = forced, null = any. Shared, do not write. Empty at the end of a sequence. */
  readonly allowed: TokenIds | null;
  /** What the sequence spells, at its end; null on the way. */
  readonly text: string | null;
  /** The place after `id`; undefined where it is not allowed. */
  child(id: number): Choice | undefined;
  /** The tokens from here to the end that spells `text`; null where there is none. Only where any token may come. */
  path?(text: string): number[] | null;
}

/** The end of a sequence without tokens. */
export function endOf(text: string): Choice {
  return { allowed: new Uint16Array(0), text, child: () => undefined };
}

/** The tokens that lead from a place to the end that spells `text`; null where there is none. */
export function pathTo(start: Choice, text: string): number[] | null {
  if (start.text !== null) return start.text === text ? [] : null;
  if (start.path) return start.path(text);
  for (const id of start.allowed ?? []) {
    const rest = pathTo(start.child(id) as Choice, text);
    if (rest) return [id, ...rest];
  }
  return null;
}

/** A node of a trie: sequences that begin alike share its places. */
class TrieNode implements Choice {
  text: string | null = null;
  readonly #ids: number[] = [];
  readonly #children: Choice[] = [];
  #allowed: TokenIds | null = null;

  /** In the order of the texts. */
  get allowed(): TokenIds {
    this.#allowed ??= Uint32Array.from(this.#ids);
    return this.#allowed;
  }

  child(id: number): Choice | undefined {
    const index = this.#ids.indexOf(id);
    return index < 0 ? undefined : this.#children[index];
  }

  /** The child for `id`, made if absent. Texts come sorted, so the last child is the likeliest. Undefined: another choice begins there. */
  grow(id: number): TrieNode | undefined {
    const last = this.#ids.length - 1;
    const index = this.#ids[last] === id ? last : this.#ids.indexOf(id);
    const known = this.#children[index];
    if (known) return known instanceof TrieNode ? known : undefined;
    const node = new TrieNode();
    this.append(id, node);
    return node;
  }

  append(id: number, choice: Choice): void {
    this.#ids.push(id);
    this.#children.push(choice);
    this.#allowed = null;
  }

  get isLeaf(): boolean {
    return this.#ids.length === 0;
  }
}

/** A beginning behind which another choice goes on: that of an open command, and what completes it. */
export interface Opening {
  head: TokenIds;
  rest: Choice;
}

/**
 * The trie of some texts and how they are spelled, and of beginnings that other choices complete. Throws AppError `unsupported`
 * when one text's tokens are the beginning of another's (the walk could not tell them apart).
 */
export function choiceTrie(
  texts: Iterable<string>,
  spell: (text: string) => TokenIds,
  openings: readonly Opening[] = [],
): Choice {
  const root = new TrieNode();
  for (const text of texts) {
    const node = growPath(root, spell(text), text);
    if (!node.isLeaf || (node.text !== null && node.text !== text))
      throw ambiguous(text, node.text ?? 'a longer one');
    node.text = text;
  }
  for (const { head, rest } of openings) {
    const last = head[head.length - 1];
    if (last === undefined) throw new AppError('internal', 'an open command without a beginning');
    const node = growPath(root, head.subarray(0, -1), 'an open command');
    if (node.child(last)) throw ambiguous('an open command', 'another');
    node.append(last, rest);
  }
  return root;
}

function growPath(root: TrieNode, ids: TokenIds, text: string): TrieNode {
  let node = root;
  for (const id of ids) {
    if (node.text !== null) throw ambiguous(node.text, text);
    const next = node.grow(id);
    if (!next) throw ambiguous(text, 'an open command');
    node = next;
  }
  return node;
}

/** The trie of commands. Throws AppError `bad-input` when there are none, and as `choiceTrie` does. */
export function commandTrie(
  commands: readonly string[],
  spell: (command: string) => TokenIds,
  openings: readonly Opening[] = [],
): Choice {
  if (commands.length + openings.length === 0)
    throw new AppError('bad-input', 'admissible commands: there is none that can be said');
  const [first] = openings;
  // Free text alone needs no beginning to be told by.
  if (first?.head.length === 0 && commands.length === 0 && openings.length === 1) return first.rest;
  return choiceTrie(commands, spell, openings);
}

function ambiguous(one: string, other: string): AppError {
  return new AppError('unsupported', `"${one}" and "${other}" cannot be told apart token by token`);
}
