import { AppError } from '../../../contract/error.ts';
import { LONGEST_MODEL_NAME, MODEL_NAME } from '../../../contract/models.ts';

export function isModelName(text: string): boolean {
  return text.length <= LONGEST_MODEL_NAME && MODEL_NAME.test(text);
}

/** Throws AppError `bad-input` for what cannot be a model's name, and so for every path out of the models folder. */
export function checkModelName(name: string): void {
  if (isModelName(name)) return;
  throw new AppError(
    'bad-input',
    `${name} is no name of a model: NAME or ORG/NAME of letters, digits and . _ -, no part starting with a dot, at most ${LONGEST_MODEL_NAME} characters`,
  );
}
