import { languageMemory, memoryParts } from '../../../server/api/language-memory.ts';
import type { ModelInfo } from '../../../server/contract/models.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfig, RunConfigInput } from '../../../server/contract/run-config.ts';
import { mostSeats, SEATS } from '../../../server/contract/seats.ts';
import { TINY_MODEL_INFO } from '../../../server/rl/model/folder/tiny-model.ts';
import {
  cacheBytesPerToken,
  countParameters,
  headSizeOf,
  policyParameters,
} from '../../../server/rl/model/shape.ts';
import { type BenchSize, SIZES } from '../engine/sizes.ts';

/** Cards by their printed size. */
const CARDS = [24, 80, 141] as const;
const MODELS = ['0.5B', '1.5B', '3B', '7B'] as const satisfies BenchSize['name'][];
const TUNINGS = ['lora', 'full'] as const;

/** A model of this shape, as the models folder would have it. */
export function benchModel(name: BenchSize['name']): ModelInfo {
  const { shape } = SIZES[name];
  const parameters = countParameters(policyParameters(shape));
  return { ...TINY_MODEL_INFO, ...shape, name, parameters, headSize: headSizeOf(shape) };
}

/** Dialogues of at most 30 turns, of so many episodes at once; all layers are updated, and weights are floats. */
export function memoryConfig(changes: RunConfigInput): RunConfig {
  return presetConfig('lm-quick', {
    updatedLayers: 0,
    frozenWeights: 'float32',
    evaluationStepLimits: [30],
    evaluationGames: 8,
    ...changes,
  });
}

/** What fits on which card: Markdown. */
export function memoryTable(): string {
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  const rows = MODELS.flatMap((name) => {
    const model = benchModel(name);
    const most = mostSeats(cacheBytesPerToken(SIZES[name].shape));
    const seats = [...new Set([SEATS[0], most])];
    return TUNINGS.flatMap((tuning) =>
      seats.map((episodesPerIteration) => {
        const config = memoryConfig({ tuning, episodesPerIteration });
        const { weights, added, gradients, moments, activations, cache } = memoryParts(
          config,
          model,
          'tensorflow',
        );
        const all = languageMemory(config, model, 'tensorflow');
        const card = CARDS.find((size) => size * 1e9 >= all);
        return [
          name,
          tuning === 'lora' ? 'LoRA' : 'full',
          episodesPerIteration,
          ...[weights, added, gradients + moments, activations, cache, all].map(gigabytes),
          card ? `${card} GB` : 'none',
        ];
      }),
    );
  });
  const head = [
    ...['model', 'tuning', 'episodes at once', 'weights', 'adapters', 'gradients, moments', 'activations'],
    ...['cache', 'all, GB', 'fits on'],
  ];
  return [head, head.map((_, i) => (i < 2 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
