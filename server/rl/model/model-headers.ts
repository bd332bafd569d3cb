import { AppError } from '../../contract/error.ts';
import { readPretrainedShape } from './pretrained-config.ts';
import { countParameters, type Parameter, type PolicyShape, policyParameters } from './shape.ts';
import { WeightFiles } from './weight-files.ts';

/** Tensors that some checkpoints carry though nothing reads them: tables of the rotary embedding. */
const IGNORED = /\.rotary_emb\.inv_freq$/;
export const INPUT_TABLE = 'model.embed_tokens.weight';
export const OUTPUT_TABLE = 'lm_head.weight';

/** What a model folder holds, as far as its headers tell. */
export interface ModelHeaders {
  shape: PolicyShape;
  /** Number of weights. */
  parameters: number;
}

/**
 * Checks a model folder without reading its weights: config.json, and that every weight it needs is there in its shape. Two
 * stored tables count as two, though `loadPretrained` finds out whether they are equal.
 * Throws AppError `bad-file` as `loadPretrained` does.
 */
export function readModelHeaders(folder: string): ModelHeaders {
  const shape = readPretrainedShape(folder);
  const files = new WeightFiles(folder);
  try {
    const has = (name: string) => files.names.includes(name);
    const tied = shape.tiedEmbeddings;
    const table = tied && !has(INPUT_TABLE) ? OUTPUT_TABLE : INPUT_TABLE;
    const stored = policyParameters({
      ...shape,
      tiedEmbeddings: tied && !(has(INPUT_TABLE) && has(OUTPUT_TABLE)),
    });
    refuseStrays(folder, files.names, stored, tied);
    for (const { name, shape: sizes } of stored) {
      const found = files.shapeOf(name === INPUT_TABLE ? table : name);
      if (!found) throw new AppError('bad-file', `${folder} has no tensor ${name}`);
      if (found.join() !== sizes.join())
        throw new AppError(
          'bad-file',
          `${folder}: ${name} has shape [${found}], the policy needs [${sizes}]`,
        );
    }
    return { shape, parameters: countParameters(stored) };
  } finally {
    files.close();
  }
}

/** Throws AppError `bad-file` for a tensor that is none of the parameters; tied tables may have either's name. */
export function refuseStrays(
  folder: string,
  names: readonly string[],
  parameters: readonly Parameter[],
  tied: boolean,
): void {
  const known = new Set([
    ...parameters.map(({ name }) => name),
    ...(tied ? [INPUT_TABLE, OUTPUT_TABLE] : []),
  ]);
  const stray = names.find((name) => !known.has(name) && !IGNORED.test(name));
  if (stray)
    throw new AppError('bad-file', `${folder} has a tensor ${stray}, which its config.json has no place for`);
}
