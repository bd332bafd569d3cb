import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { AppError } from '../../contract/error.ts';
import { readJsonFile } from './json-file.ts';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** A special token: its text, or an object that holds it. */
const SpecialToken = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();

const TokenizerConfig = z.looseObject({
  bos_token: SpecialToken,
  eos_token: SpecialToken,
  /** Older folders keep the template here, some several by name. */
  chat_template: z
    .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
    .nullish(),
});
const EndTokens = z.looseObject({ eos_token_id: z.union([z.int(), z.array(z.int())]).nullish() });

/** The tokenizer of a model folder: tokenizer.json, tokenizer_config.json and the chat template. */
export class TextTokenizer {
  /** Tokens that end a response. */
  readonly endIds: readonly number[];
  readonly #tokenizer: Tokenizer;
  readonly #template: Template | null;
  readonly #specials: { bos_token: string; eos_token: string };

  /** Throws AppError `bad-file` naming the file and what is wrong in it. */
  constructor(folder: string) {
    const path = join(folder, 'tokenizer.json');
    const configPath = join(folder, 'tokenizer_config.json');
    const config = existsSync(configPath) ? readJsonFile(configPath, TokenizerConfig) : {};
    const content = readJsonFile(path, z.looseObject({}));
    try {
      this.#tokenizer = new Tokenizer(content, config);
    } catch (error) {
      throw new AppError('bad-file', `${path} is no tokenizer: ${(error as Error).message}`, {
        cause: error,
      });
    }
    const template = readTemplate(folder, config.chat_template);
    this.#template = template === null ? null : new Template(template);
    this.#specials = { bos_token: textOf(config.bos_token), eos_token: textOf(config.eos_token) };
    this.endIds = readEndIds(folder) ?? this.#endOf(this.#specials.eos_token);
  }

  /** Token ids of a text; special tokens written in it count as such. */
  encode(text: string): Uint32Array {
    return Uint32Array.from(this.#tokenizer.encode(text, { add_special_tokens: false }).ids);
  }

  /** Text of token ids, without special tokens. */
  decode(ids: ArrayLike<number>): string {
    return ids.length === 0 ? '' : this.#tokenizer.decode(Array.from(ids), { skip_special_tokens: true });
  }

  get hasChatTemplate(): boolean {
    return this.#template !== null;
  }

  /** A conversation as the model's chat template writes it, up to where the assistant's next answer begins. */
  renderChat(messages: readonly ChatMessage[]): string {
    if (!this.#template) throw new AppError('unsupported', 'this tokenizer has no chat template');
    return this.#template.render({ ...this.#specials, messages, add_generation_prompt: true });
  }

  #endOf(token: string): number[] {
    const id = this.#tokenizer.token_to_id(token);
    return id === undefined ? [] : [id];
  }
}

function textOf(token: z.infer<typeof SpecialToken>): string {
  return typeof token === 'string' ? token : (token?.content ?? '');
}

function readTemplate(
  folder: string,
  inConfig: z.infer<typeof TokenizerConfig>['chat_template'],
): string | null {
  const path = join(folder, 'chat_template.jinja');
  if (existsSync(path)) return readFileSync(path, 'utf8');
  if (typeof inConfig === 'string') return inConfig;
  return inConfig?.find(({ name }) => name === 'default')?.template ?? null;
}

/** What the folder says ends a response; null when it says nothing. */
function readEndIds(folder: string): number[] | null {
  for (const file of ['generation_config.json', 'config.json']) {
    const path = join(folder, file);
    const ids = existsSync(path) ? readJsonFile(path, EndTokens).eos_token_id : null;
    if (ids !== null && ids !== undefined) return [ids].flat();
  }
  return null;
}
