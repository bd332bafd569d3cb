import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { AppError } from '../../contract/error.ts';
import { type ChatMessage, ChatTemplate, findTemplate } from './chat-template.ts';
import { readEndIds } from './generation-config.ts';
import { readJsonFile } from './json-file.ts';

/** A special token: its text, or an object that holds it. */
const SpecialToken = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
/** Those that transformers hands to chat templates. */
const SPECIAL_NAMES = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
] as const;

const TokenizerConfig = z.looseObject({
  ...(Object.fromEntries(SPECIAL_NAMES.map((name) => [name, SpecialToken])) as Record<
    (typeof SPECIAL_NAMES)[number],
    typeof SpecialToken
  >),
  chat_template: z
    .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
    .nullish(),
});
const TokenizerFile = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ content: z.string(), single_word: z.boolean().optional() }))
    .optional(),
});

/** The tokenizer of a model folder: tokenizer.json, tokenizer_config.json and the chat template. */
export class TextTokenizer {
  /** Tokens that end a response. */
  readonly endIds: readonly number[];
  readonly #tokenizer: Tokenizer;
  readonly #specials: Readonly<Record<string, string>>;
  readonly #templateText: { path: string; text: string } | null;
  #template: ChatTemplate | null = null;

  /** Throws AppError `bad-file` or `unsupported` naming the file and what is wrong in it. */
  constructor(folder: string) {
    const path = join(folder, 'tokenizer.json');
    const configPath = join(folder, 'tokenizer_config.json');
    const config = existsSync(configPath) ? readJsonFile(configPath, TokenizerConfig) : {};
    const content = readJsonFile(path, TokenizerFile);
    const picky = content.added_tokens?.find(({ single_word }) => single_word);
    if (picky)
      throw new AppError(
        'unsupported',
        `${path}: the added token ${picky.content} stands for single words only (single_word), which is not supported`,
      );
    try {
      this.#tokenizer = new Tokenizer(content, config);
    } catch (error) {
      throw new AppError('bad-file', `${path} is no tokenizer: ${(error as Error).message}`, {
        cause: error,
      });
    }
    this.#templateText = findTemplate(folder, config.chat_template);
    this.#specials = specialsOf(config);
    this.endIds = readEndIds(folder) ?? this.#endOf(this.#specials.eos_token);
  }

  /** Token ids of a text; special tokens written in it count as such. */
  encode(text: string): Uint32Array {
    return this.#encode(text, false);
  }

  /** Token ids of a text as a model expects to read one from its beginning: Llama's begin with a token of their own. */
  encodeWhole(text: string): Uint32Array {
    return this.#encode(text, true);
  }

  /** Text of token ids, without special tokens; spaces before punctuation stay. */
  decode(ids: ArrayLike<number>): string {
    if (ids.length === 0) return '';
    // Whatever the folder says: transformers 5 tidies no text of a byte-pair tokenizer, and all of these families have one.
    const options = { skip_special_tokens: true, clean_up_tokenization_spaces: false };
    return this.#tokenizer.decode(Array.from(ids), options);
  }

  /** Text of every token by itself, special ones too; empty for an id that the tokenizer does not know. */
  pieces(ids: ArrayLike<number>): string[] {
    const options = { skip_special_tokens: false, clean_up_tokenization_spaces: false };
    return Array.from(ids, (id) => this.#tokenizer.decode([id], options));
  }

  get hasChatTemplate(): boolean {
    return this.#templateText !== null;
  }

  /**
   * A conversation as the model's chat template writes it, up to where the assistant's next answer begins.
   * Throws AppError `unsupported` or, with the template's own words, `bad-input`.
   */
  renderChat(messages: readonly ChatMessage[]): string {
    if (!this.#templateText) throw new AppError('unsupported', 'this tokenizer has no chat template');
    const { path, text } = this.#templateText;
    this.#template ??= new ChatTemplate(path, text, this.#specials);
    return this.#template.render(messages);
  }

  #encode(text: string, whole: boolean): Uint32Array {
    return Uint32Array.from(this.#tokenizer.encode(text, { add_special_tokens: whole }).ids);
  }

  #endOf(token: string | undefined): number[] {
    const id = token === undefined ? undefined : this.#tokenizer.token_to_id(token);
    return id === undefined ? [] : [id];
  }
}

/** The special tokens that a tokenizer has, by name. */
function specialsOf(config: Partial<z.infer<typeof TokenizerConfig>>): Record<string, string> {
  return Object.fromEntries(
    SPECIAL_NAMES.flatMap((name) => {
      const token = config[name];
      const text = typeof token === 'string' ? token : token?.content;
      return text === undefined ? [] : [[name, text]];
    }),
  );
}
