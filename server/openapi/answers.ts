import type { AppRouter } from '../api/root.ts';

type OutputsOf<Nouns> = {
  [Noun in keyof Nouns]: {
    [Name in keyof Nouns[Noun]]: Nouns[Noun][Name] extends { _def: { $types: { output: infer Output } } }
      ? undefined extends Output
        ? null
        : Output
      : never;
  };
};

/** What every procedure answers with (null: nothing), by noun and name; `answers.json` is made of it. */
export interface Answers {
  procedures: OutputsOf<AppRouter['_def']['procedures']>;
}
