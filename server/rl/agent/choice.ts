import { AppError } from '../../contract/error.ts';
import type { TokenIds } from '../model/token-ids.ts';

/** A place in a tree of token sequences, each of which spells a text; walked from its root one token at a time. */
export interface Choice {
  /** Ids that may come next; one id = forced. Shared, do not write. Empty at the end of a sequence. */
  readonly allowed: TokenIds;
  /** What the sequence spells, at its end; null on the way. */
  readonly text: string | null;
  /** The place after `id`; undefined where it is not allowed. */
  child(id: number): Choice | undefined;
}

/** The end of a sequence without tokens. */
export function endOf(text: string): Choice {
  return { allowed: new Uint16Array(0), text, child: () => undefined };
}

/** The tokens that lead from a place to the end that spells `text`; null where there is none. */
export function pathTo(start: Choice, text: string): number[] | null {
  if (start.text !== null) return start.text === text ? [] : null;
  for (const id of start.allowed) {
    const rest = pathTo(start.child(id) as Choice, text);
    if (rest) return [id, ...rest];
  }
  return null;
}

/** A node of a trie: sequences that begin alike share its places. */
class TrieNode implements Choice {
  text: string | null = null;
  readonly #ids: number[] = [];
  readonly #children: TrieNode[] = [];
  #allowed: TokenIds | null = null;

  /** In the order of the texts. */
  get allowed(): TokenIds {
    this.#allowed ??= Uint32Array.from(this.#ids);
    return this.#allowed;
  }

  child(id: number): TrieNode | undefined {
    const index = this.#ids.indexOf(id);
    return index < 0 ? undefined : this.#children[index];
  }

  /** The child for `id`, made if absent. Texts come sorted, so the last child is the likeliest. */
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

/**
 * The trie of some texts and how they are spelled. Throws AppError `unsupported` when one text's tokens are the beginning of
 * another's (the walk could not tell them apart).
 */
export function choiceTrie(texts: Iterable<string>, spell: (text: string) => TokenIds): Choice {
  const root = new TrieNode();
  for (const text of texts) {
    let node = root;
    for (const id of spell(text)) {
      if (node.text !== null) throw ambiguous(node.text, text);
      node = node.grow(id);
    }
    if (!node.isLeaf || (node.text !== null && node.text !== text))
      throw ambiguous(text, node.text ?? 'a longer one');
    node.text = text;
  }
  return root;
}

/**
 * The trie of the admissible commands that are worth saying: all but `help`. Throws AppError `bad-input` when nothing is left,
 * and as `choiceTrie` does.
 */
export function commandTrie(admissible: readonly string[], spell: (command: string) => TokenIds): Choice {
  const commands = admissible.filter((command) => command !== 'help');
  if (commands.length === 0)
    throw new AppError('bad-input', 'admissible commands: the list is empty (or only "help")');
  return choiceTrie(commands, spell);
}

function ambiguous(one: string, other: string): AppError {
  return new AppError('unsupported', `"${one}" and "${other}" cannot be told apart token by token`);
}
