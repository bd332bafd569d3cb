import { z } from 'zod';
import { TURN_FORMATS } from '../estimators.ts';
import { LONGEST_MODEL_NAME, MODEL_NAME } from '../models.ts';
import { POLICIES, type PolicyKind } from '../policies.ts';
import { field, integer } from './field.ts';

export { POLICIES, type PolicyKind };

/** Whether the prompt is written anew every turn, or what is new is put behind what stands there. */
export const CONTEXTS = ['rebuilt', 'dialogue'] as const;
export type Context = (typeof CONTEXTS)[number];

/** Whether only what means something can be said, or a language model writes what it likes. */
const DECODINGS = ['constrained', 'free'] as const;

export const policySchemas = {
  policy: field(
    z.enum(POLICIES).default('nano'),
    'nano is a small transformer with a vocabulary of words, trained from nothing; pretrained is a language model of the models folder; endpoint is a model behind a chat endpoint, which is evaluated and not trained.',
    { title: 'Policy', group: 'Policy' },
  ),
  model: field(
    z
      .string()
      .trim()
      .max(LONGEST_MODEL_NAME)
      .refine(
        (name) => name === '' || MODEL_NAME.test(name),
        'is not NAME or ORG/NAME: letters, digits and . _ - in each part, no part starting with a dot',
      )
      .default(''),
    'The language model by its name in the models folder: NAME or ORG/NAME (pretrained).',
    { title: 'Model', group: 'Policy' },
  ),
  format: field(
    z.enum(TURN_FORMATS).default('plan-execute'),
    'plan-execute emits switch, sub-goal and action each turn; flat emits only the action (flat estimators only); strategy names an order of search on the first turn, then only actions (strata and flat estimators).',
    { title: 'Turn format', group: 'Policy' },
  ),
  context: field(
    z.enum(CONTEXTS).default('rebuilt'),
    'rebuilt writes the whole prompt again every turn, as the reference does; dialogue adds what is new, so that an episode is one sequence and each token is read once (pretrained, and its default).',
    { title: 'Context', group: 'Policy' },
  ),
  decoding: field(
    z.enum(DECODINGS).default('constrained'),
    'constrained draws along the sub-goals and commands that can be said; free lets the model write text and reads it as the reference does: whatever it says is sent, a turn that breaks the format is malformed, and every token is drawn from the whole vocabulary (pretrained with a rebuilt context; of an endpoint always).',
    { title: 'Decoding', group: 'Policy' },
  ),
  maxResponseTokens: field(
    integer(8, 1024).default(128),
    'A response that has not ended by itself is over after so many tokens (free, endpoint).',
    { title: 'Longest response', group: 'Policy', unit: 'tokens', advanced: true },
  ),
  invalidPenalty: field(
    z.number().min(0).max(10).default(0.01),
    'What a malformed turn loses of its reward (free). The reference takes 0.1 where a won episode brings 10; here it brings 1.',
    { title: 'Penalty for malformed turns', group: 'Policy', advanced: true },
  ),
  tuning: field(
    z.enum(['lora', 'full']).default('lora'),
    'What of a language model is trained: low-rank adapters beside its weights, or the weights themselves, which takes 16 bytes of memory more for each of them (pretrained).',
    { title: 'Tuning', group: 'Policy' },
  ),
  adapterRank: field(integer(1, 256).default(16), 'Rank of the adapters (lora).', {
    title: 'Adapter rank',
    group: 'Policy',
  }),
  adapterAlpha: field(
    z.number().positive().max(10_000).default(32),
    'What adapters add is scaled by this over their rank (lora).',
    { title: 'Adapter alpha', group: 'Policy', advanced: true },
  ),
  adapterTargets: field(
    z.enum(['all', 'attention']).default('all'),
    'Layers that get an adapter: all seven matrices of a block, or the four of its attention (lora).',
    { title: 'Adapter targets', group: 'Policy', advanced: true },
  ),
  tunedLayers: field(
    integer(0, 200).default(0),
    'Only so many upper layers are trained; 0 trains all of them, and with full tuning the embeddings too (pretrained).',
    { title: 'Tuned layers', group: 'Policy', unit: 'layers', advanced: true },
  ),
  updatedLayers: field(
    integer(0, 200).default(0),
    'Of what is trained, updates change only so many upper layers, which makes them cheaper; the others stay as cloning left them. 0 changes all (pretrained).',
    { title: 'Updated layers', group: 'Policy', unit: 'layers', advanced: true },
  ),
  frozenWeights: field(
    z.enum(['float32', 'int8']).default('float32'),
    'How the weights under adapters are held: int8 takes a quarter of the memory and multiplies bytes: 1.7 to 2 times as fast on a CPU with such instructions (VNNI, ARM), 1.2 to 1.4 times on others. Rounding makes log-probabilities of rollout and update differ a little (lora, ONNX Runtime).',
    { title: 'Frozen weights', group: 'Policy' },
  ),
  layers: field(integer(1, 48).default(2), 'Transformer layers (nano).', {
    title: 'Layers',
    group: 'Policy',
  }),
  width: field(integer(16, 4096).default(64), 'Size of the hidden state (nano).', {
    title: 'Width',
    group: 'Policy',
  }),
  heads: field(integer(1, 64).default(4), 'Attention heads; must divide the width (nano).', {
    title: 'Heads',
    group: 'Policy',
    advanced: true,
  }),
  keyValueHeads: field(
    integer(1, 64).default(4),
    'Key and value heads shared by the attention heads (grouped-query; nano).',
    {
      title: 'Key-value heads',
      group: 'Policy',
      advanced: true,
    },
  ),
  feedForward: field(integer(16, 16_384).default(168), 'Size of the SwiGLU layer (nano).', {
    title: 'Feed-forward',
    group: 'Policy',
    advanced: true,
  }),
  tiedEmbeddings: field(z.boolean().default(true), 'Use the input embedding as output layer too (nano).', {
    title: 'Tied embeddings',
    group: 'Policy',
    advanced: true,
  }),
  previousTokenEmbedding: field(
    z.boolean().default(true),
    'Add a second embedding of the previous token to the input: makes copying a one-layer job (nano).',
    { title: 'Previous-token embedding', group: 'Policy', advanced: true },
  ),
};
