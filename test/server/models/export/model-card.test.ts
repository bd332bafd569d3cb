import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { type CardFacts, modelCard } from '../../../../server/models/export/model-card.ts';
import { EVALUATION } from './trained-run.ts';

const facts: CardFacts = {
  kind: 'adapter',
  name: 'Night run',
  folder: 'night-adapter',
  config: { ...presetConfig('lm-tiny'), seed: 7, iterations: 5 },
  totals: { iteration: 2, episodes: 8, turns: 60, tokens: 100, seconds: 3 },
  base: { name: 'Org/Model-135M', hash: 'c0ffee' },
  evaluations: [EVALUATION, { ...EVALUATION, iteration: 1, successes: 8 }],
  license: null,
};

describe('a model card', () => {
  it('of an adapter says what it is, where it comes from, how well it plays and how it is opened', () => {
    expect(modelCard(facts)).toBe(`---
base_model: Org/Model-135M
library_name: peft
pipeline_tag: text-generation
tags:
- hiper-lab
- lora
---

# Night run

A LoRA adapter for Org/Model-135M, trained on alfworld in HiPER Lab.

- Run: Night run
- Base model: Org/Model-135M
- SHA-256 of the base model's config and weights: c0ffee
- Method: HiPER, as tuned here (hae), seed 7
- Trained: LoRA of rank 4, alpha 32, on all linear layers
- Iteration: 2 of 5 (8 episodes, 60 turns)
- Last evaluation: won 3 of 8 games (37.5 %), valid_seen, generated games, within 8 turns, T = 0.4, after iteration 2

## Opening it

\`\`\`python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base = AutoModelForCausalLM.from_pretrained("Org/Model-135M", dtype="float32")
model = PeftModel.from_pretrained(base, "night-adapter")
tokenizer = AutoTokenizer.from_pretrained("Org/Model-135M")
\`\`\`

Org/Model-135M is its name on the hub, or the path of a folder that has it. It was trained in 32-bit floats. In HiPER Lab: \`npm run -s model -- Org/Model-135M "PROMPT" --adapter night-adapter\`.
`);
  });

  it('of a whole model opens it alone, and has the license of its base', () => {
    const card = modelCard({ ...facts, kind: 'model', license: 'apache-2.0', evaluations: [] });
    expect(card).toMatch(
      /^---\nbase_model: Org\/Model-135M\nlicense: apache-2\.0\nlibrary_name: transformers\n/,
    );
    expect(card).toContain('AutoModelForCausalLM.from_pretrained("night-adapter")\n');
    expect(card).not.toMatch(/peft/i);
    expect(card).toContain('on all linear layers, worked into the weights\n');
    expect(card).toContain('- Last evaluation: none\n');
  });

  it('says which weights were trained', () => {
    const trained = (set: Partial<CardFacts['config']>) =>
      /^- Trained: (.*)$/m.exec(modelCard({ ...facts, config: { ...facts.config, ...set } }))?.[1];
    expect(trained({ tunedLayers: 3, adapterTargets: 'attention' })).toBe(
      'LoRA of rank 4, alpha 32, on the attention layers of the 3 upper layers',
    );
    expect(trained({ tunedLayers: 1 })).toMatch(/ on all linear layers of the last layer$/);
    expect(trained({ updatedLayers: 10 })).toMatch(
      / on all linear layers; after cloning, only of the 10 upper layers$/,
    );
    expect(trained({ tuning: 'full' })).toBe('all weights');
    expect(trained({ tuning: 'full', updatedLayers: 1 })).toBe(
      'all weights; after cloning, only of the last layer',
    );
    expect(trained({ tuning: 'full', tunedLayers: 2 })).toBe(
      'the weights of the 2 upper layers and the last norm',
    );
  });

  it('of a local model without ORG names no base to the hub', () => {
    expect(modelCard({ ...facts, base: { name: 'tiny-random', hash: '1' } })).not.toContain('base_model');
  });
});
