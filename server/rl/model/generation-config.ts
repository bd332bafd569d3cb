import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from './json-file.ts';

const FILE = 'generation_config.json';

/** Fields that draw nothing differently, whatever they hold. */
const NEUTRAL = new Set(
  `_from_model_config bos_token_id cache_implementation decoder_start_token_id do_sample eos_token_id max_length max_new_tokens
  num_return_sequences output_attentions output_hidden_states output_logits output_scores pad_token_id return_dict_in_generate
  transformers_version use_cache`.split(/\s+/),
);
/** Fields that draw nothing differently with these values. */
const PLAIN: Readonly<Record<string, unknown>> = {
  diversity_penalty: 0,
  encoder_no_repeat_ngram_size: 0,
  encoder_repetition_penalty: 1,
  epsilon_cutoff: 0,
  eta_cutoff: 0,
  length_penalty: 1,
  min_length: 0,
  no_repeat_ngram_size: 0,
  num_beam_groups: 1,
  num_beams: 1,
  repetition_penalty: 1,
  temperature: 1,
  top_k: 0,
  top_p: 1,
  typical_p: 1,
};

const EndTokens = z.looseObject({ eos_token_id: z.union([z.int(), z.array(z.int())]).nullish() });

/** What a model folder says ends a response; null when it says nothing. Throws AppError `bad-file`. */
export function readEndIds(folder: string): number[] | null {
  for (const file of [FILE, 'config.json']) {
    const path = join(folder, file);
    const ids = existsSync(path) ? readJsonFile(path, EndTokens).eos_token_id : null;
    if (ids !== null && ids !== undefined) return [ids].flat();
  }
  return null;
}

/**
 * The settings of a folder's generation_config.json that transformers' `generate` would draw by and nothing here does, as
 * `name value`. Training needs the plain distribution: log-probabilities are scored under it.
 */
export function unreadSettings(folder: string): string[] {
  const path = join(folder, FILE);
  if (!existsSync(path)) return [];
  return Object.entries(readJsonFile(path, z.looseObject({})))
    .filter(([name, value]) => !NEUTRAL.has(name) && (value ?? false) !== false && value !== PLAIN[name])
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
}
