import { AppError } from '../../contract/error.ts';
import type { Checkpoint } from '../../rl/train/checkpoint/checkpoint-file.ts';
import type { BaseModel } from '../../rl/train/policy/base-model.ts';

/** The language model that a run started from. Throws AppError `unsupported` for the small policy. */
export function baseOf({ file, base }: Checkpoint): BaseModel {
  if (base) return base;
  throw new AppError(
    'unsupported',
    `This run trains the small policy, which is no Hugging Face model (it has an embedding of the previous token and scales of its own): its weights are in ${file.path}`,
  );
}
