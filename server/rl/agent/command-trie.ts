import { AppError } from '../../contract/error.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A node of a token trie over commands. A leaf holds its command; an inner node the ids that may come next. */
export class TrieNode {
  command: string | null = null;
  readonly #ids: number[] = [];
  readonly #children: TrieNode[] = [];
  #allowed: Uint16Array | null = null;

  /** Ids allowed next, in the order of the commands; shared, do not write. Empty at a leaf. */
  get allowed(): Uint16Array {
    this.#allowed ??= this.#ids.length === 1 ? forced(this.#ids[0] ?? 0) : Uint16Array.from(this.#ids);
    return this.#allowed;
  }

  child(id: number): TrieNode | undefined {
    const index = this.#ids.indexOf(id);
    return index < 0 ? undefined : this.#children[index];
  }

  /** The child for `id`, made if absent. Commands come sorted, so the last child is the likeliest. */
  grow(id: number): TrieNode {
    const last = this.#ids.length - 1;
    const index = this.#ids[last] === id ? last : this.#ids.indexOf(id);
    const known = this.#children[index];
    if (known) return known;
    const node = new TrieNode();
    this.#ids.push(id);
    this.#children.push(node);
    return node;
  }

  get isLeaf(): boolean {
    return this.#ids.length === 0;
  }
}

const singletons: Uint16Array[] = [];

/** The shared one-element set that forces `id`. */
export function forced(id: number): Uint16Array {
  const known = singletons[id];
  if (known) return known;
  const set = Uint16Array.of(id);
  singletons[id] = set;
  return set;
}

/** Words of a command that carry no information and get no token. */
const FILLERS = new Set(['to', 'from', 'with', 'in/on']);

/** One cache per vocabulary: commands repeat from turn to turn and game to game. */
const commandIds = new WeakMap<Vocabulary, Map<string, Uint16Array>>();
const CACHE_LIMIT = 100_000;

/** Token ids of a command, e.g. `go to cabinet 3` → go, cabinet, 3. Shared, do not write. */
export function encodeCommand(vocabulary: Vocabulary, command: string): Uint16Array {
  let cache = commandIds.get(vocabulary);
  if (!cache) {
    cache = new Map();
    commandIds.set(vocabulary, cache);
  }
  const known = cache.get(command);
  if (known) return known;
  const ids = vocabulary.encode(command.split(' ').filter((word) => word && !FILLERS.has(word)));
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(command, ids);
  return ids;
}

const tries = new WeakMap<Vocabulary, WeakMap<readonly string[], TrieNode>>();

/**
 * The trie of all admissible commands but `help`, cached by the identity of the list (which must not be changed later). Throws AppError when the list
 * holds nothing to do, or when one command's tokens are the beginning of another's (the walk could not tell them apart).
 */
export function commandTrie(vocabulary: Vocabulary, admissible: readonly string[]): TrieNode {
  let cache = tries.get(vocabulary);
  if (!cache) {
    cache = new WeakMap();
    tries.set(vocabulary, cache);
  }
  const known = cache.get(admissible);
  if (known) return known;
  const root = new TrieNode();
  for (const command of admissible) {
    if (command === 'help') continue;
    let node = root;
    for (const id of encodeCommand(vocabulary, command)) {
      if (node.command !== null) throw ambiguous(node.command, command);
      node = node.grow(id);
    }
    if (!node.isLeaf || (node.command !== null && node.command !== command)) {
      throw ambiguous(command, node.command ?? 'a longer command');
    }
    node.command = command;
  }
  if (root.isLeaf) throw new AppError('bad-input', 'admissible commands: the list is empty (or only "help")');
  cache.set(admissible, root);
  return root;
}

function ambiguous(one: string, other: string): AppError {
  return new AppError('unsupported', `commands "${one}" and "${other}" cannot be told apart token by token`);
}
