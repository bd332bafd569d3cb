import { AppError } from '../contract/error.ts';
import { howToGetModel, type ModelInfo } from '../contract/models.ts';
import type { RunConfig } from '../contract/run-config.ts';
import type { Lab } from '../lab.ts';
import { requireLayerCounts } from '../rl/model/shape.ts';

/**
 * The language model that a config names, as the models folder has it; null where it names none. Throws AppError `bad-input`
 * with the way to get a model that is not there, with what is wrong with it, or for more tuned layers than it has.
 */
export async function chosenModel(lab: Pick<Lab, 'models'>, config: RunConfig): Promise<ModelInfo | null> {
  const { policy, model } = config;
  if (policy !== 'pretrained') return null;
  const found = (await lab.models()).find(({ name }) => name === model);
  if (!found)
    throw new AppError('bad-input', `model: ${model} is not in the models folder: ${howToGetModel(model)}`);
  if (found.problem !== null)
    throw new AppError('bad-input', `model: ${model} cannot be used: ${found.problem}`);
  requireLayerCounts(config, found.layers);
  return found;
}
