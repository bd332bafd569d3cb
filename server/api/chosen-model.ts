import { AppError } from '../contract/error.ts';
import { howToGetModel, type ModelInfo } from '../contract/models.ts';
import type { RunConfig } from '../contract/run-config.ts';
import type { Lab } from '../lab.ts';
import { requireTunedLayers } from '../rl/model/shape.ts';

/**
 * The language model that a config names, as the models folder has it; null where it names none. Throws AppError `bad-input`
 * with the way to get a model that is not there, with what is wrong with it, or for more tuned layers than it has.
 */
export async function chosenModel(
  lab: Pick<Lab, 'models'>,
  { policy, model, tunedLayers }: RunConfig,
): Promise<ModelInfo | null> {
  if (policy !== 'pretrained') return null;
  const found = (await lab.models()).find(({ name }) => name === model);
  if (!found)
    throw new AppError('bad-input', `model: ${model} is not in the models folder: ${howToGetModel(model)}`);
  if (found.problem !== null)
    throw new AppError('bad-input', `model: ${model} cannot be used: ${found.problem}`);
  requireTunedLayers(tunedLayers, found.layers);
  return found;
}
