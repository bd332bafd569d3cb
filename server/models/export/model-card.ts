import { methodTitle } from '../../contract/credit-origin.ts';
import { latestEvaluation, successRate } from '../../contract/evaluations.ts';
import type { Evaluation } from '../../contract/events.ts';
import type { RunConfig } from '../../contract/run-config.ts';
import type { Totals } from '../../rl/train/checkpoint/totals.ts';
import type { BaseModel } from '../../rl/train/policy/base-model.ts';

export const CARD_FILE = 'README.md';

/** What things are called. */
export interface CardNames {
  /** The run. */
  name: string;
  /** The folder of the export. */
  folder: string;
}

/** What a card tells of an export. */
export interface CardFacts extends CardNames {
  kind: 'adapter' | 'model';
  config: RunConfig;
  totals: Totals;
  base: BaseModel;
  evaluations: readonly Evaluation[];
  /** License of the base model; null where it is not known. */
  license: string | null;
}

/** The model card of an export: what it is, where it comes from, how well it plays, how it is opened. */
export function modelCard(facts: CardFacts): string {
  const { name, kind, config, totals, base, evaluations } = facts;
  const what = kind === 'adapter' ? `A LoRA adapter for ${base.name}` : base.name;
  const evaluation = latestEvaluation(evaluations);
  const lines = [
    `Run: ${name}`,
    `Base model: ${base.name}`,
    `SHA-256 of the base model's config and weights: ${base.hash}`,
    `Method: ${methodTitle(config)} (${config.estimator}), seed ${config.seed}`,
    `Trained: ${tuningWords(config, kind)}`,
    `Iteration: ${totals.iteration} of ${config.iterations} (${totals.episodes} episodes, ${totals.turns} turns)`,
    `Last evaluation: ${evaluation ? evaluationWords(evaluation) : 'none'}`,
  ];
  return `${frontMatter(facts)}
# ${name}

${what}, trained on ${config.environment} in HiPER Lab.

${lines.map((line) => `- ${line}`).join('\n')}

## Opening it

\`\`\`python
${openingLines(facts).join('\n')}
\`\`\`

${openingNote(facts)}
`;
}

/** Python that opens an export with transformers, and PEFT for an adapter, beside its folder. */
export function openingLines({ kind, folder, base }: Pick<CardFacts, 'kind' | 'folder' | 'base'>): string[] {
  const [own, from] = [JSON.stringify(folder), JSON.stringify(base.name)];
  if (kind === 'model')
    return [
      'from transformers import AutoModelForCausalLM, AutoTokenizer',
      '',
      `model = AutoModelForCausalLM.from_pretrained(${own})`,
      `tokenizer = AutoTokenizer.from_pretrained(${own})`,
    ];
  return [
    'from peft import PeftModel',
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    `base = AutoModelForCausalLM.from_pretrained(${from}, dtype="float32")`,
    `model = PeftModel.from_pretrained(base, ${own})`,
    `tokenizer = AutoTokenizer.from_pretrained(${from})`,
  ];
}

function openingNote({ kind, folder, base }: CardFacts): string {
  if (kind === 'model') return `In HiPER Lab: \`npm run -s model -- ${folder} "PROMPT"\`.`;
  return (
    `${base.name} is its name on the hub, or the path of a folder that has it. It was trained in 32-bit floats. ` +
    `In HiPER Lab: \`npm run -s model -- ${base.name} "PROMPT" --adapter ${folder}\`.`
  );
}

/** What the Hugging Face hub reads; a base model goes by `ORG/NAME` there. */
function frontMatter({ kind, base, license }: CardFacts): string {
  const fields = [
    base.name.includes('/') ? `base_model: ${base.name}` : '',
    license ? `license: ${license}` : '',
    `library_name: ${kind === 'adapter' ? 'peft' : 'transformers'}`,
    'pipeline_tag: text-generation',
    'tags:',
    '- hiper-lab',
    ...(kind === 'adapter' ? ['- lora'] : []),
  ];
  return `---\n${fields.filter(Boolean).join('\n')}\n---\n`;
}

function tuningWords(
  { tuning, adapterRank, adapterAlpha, adapterTargets, tunedLayers, updatedLayers, frozenWeights }: RunConfig,
  kind: CardFacts['kind'],
): string {
  const upper = (count: number) => (count === 1 ? 'last layer' : `${count} upper layers`);
  const layers = tunedLayers > 0 ? ` of the ${upper(tunedLayers)}` : '';
  const updated = updatedLayers > 0 ? `; after cloning, only of the ${upper(updatedLayers)}` : '';
  if (tuning === 'full')
    return `${layers ? `the weights${layers} and the last norm` : 'all weights'}${updated}`;
  const targets = adapterTargets === 'all' ? 'all linear layers' : 'the attention layers';
  const merged = kind === 'model' ? ', worked into the weights' : '';
  const under = frozenWeights === 'int8' ? ', learned over weights and activations of 8 bits' : '';
  return `LoRA of rank ${adapterRank}, alpha ${adapterAlpha}, on ${targets}${layers}${under}${merged}${updated}`;
}

function evaluationWords(evaluation: Evaluation): string {
  const { successes, episodes, score, split, games, stepLimit, temperature, iteration } = evaluation;
  const share = (100 * successRate(evaluation)).toFixed(1);
  const scored = score === undefined ? '' : `; mean score ${(100 * score).toFixed(1)} %`;
  return (
    `won ${successes} of ${episodes} games (${share} %${scored}), ${split}, ${games} games, ` +
    `within ${stepLimit} turns, T = ${temperature}, after iteration ${iteration}`
  );
}
