import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { AppError } from '../../contract/error.ts';
import { refuseLfsPointer } from './lfs-pointer.ts';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** Where older folders keep the template: in tokenizer_config.json, some several by name. */
export type TemplateField = string | { name: string; template: string }[] | null | undefined;

/** Gives `raise_exception` to us: the library's own throws what cannot be told from its failures. The line break is eaten. */
const OWN_EXCEPTION = '{% set raise_exception = refuse_conversation %}\n';

/** How a model's chat template writes conversations. */
export class ChatTemplate {
  readonly #path: string;
  readonly #template: Template;
  readonly #specials: Readonly<Record<string, string>>;

  /** Throws AppError `unsupported` for a template that the jinja library cannot read, or would render wrong. */
  constructor(path: string, text: string, specials: Readonly<Record<string, string>>) {
    this.#path = path;
    this.#specials = specials;
    this.#template = this.#attempt(() => new Template(OWN_EXCEPTION + text));
    // The library drops what an iteration wrote before it broke off.
    if (hasStatement(this.#template.parsed, ['Break', 'Continue']))
      throw this.#beyond('break and continue inside of loops');
  }

  /**
   * A conversation up to where the assistant's next answer begins. The template is given what transformers gives it: no
   * tools, no documents, and the special tokens that the tokenizer has.
   * Throws AppError `bad-input` with the template's own words where it refuses the conversation.
   */
  render(messages: readonly ChatMessage[]): string {
    const refuse = (why: unknown) => {
      throw new AppError('bad-input', `the model's chat template refuses this conversation: ${why}`);
    };
    return this.#attempt(() =>
      this.#template.render({
        ...this.#specials,
        messages,
        tools: null,
        documents: null,
        add_generation_prompt: true,
        refuse_conversation: refuse,
      }),
    );
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw this.#beyond((error as Error).message, error);
    }
  }

  #beyond(what: string, cause?: unknown): AppError {
    return new AppError(
      'unsupported',
      `${this.#path}: this chat template cannot be rendered here (${what}): write the prompt yourself, without it (--raw)`,
      { cause },
    );
  }
}

/** The chat template of a model folder and the file that holds it; null where there is none. */
export function findTemplate(folder: string, inConfig: TemplateField): { path: string; text: string } | null {
  const path = join(folder, 'chat_template.jinja');
  if (existsSync(path)) {
    const text = readFileSync(path, 'utf8');
    refuseLfsPointer(path, text);
    return { path, text };
  }
  const text =
    typeof inConfig === 'string' ? inConfig : inConfig?.find(({ name }) => name === 'default')?.template;
  return text === undefined ? null : { path: join(folder, 'tokenizer_config.json'), text };
}

/** Whether a parsed template has a statement of one of these types anywhere. */
function hasStatement(part: unknown, types: readonly string[]): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('type' in part && types.includes(part.type as string)) return true;
  const inside = part instanceof Map ? [...part.entries()].flat() : Object.values(part);
  return inside.some((each) => hasStatement(each, types));
}
