/** Where the numbers of a run come from: trained here, streamed by a trainer that speaks MLflow's protocol, or read from files. */
export const RUN_ORIGINS = ['native', 'mlflow', 'file'] as const;
export type RunOrigin = (typeof RUN_ORIGINS)[number];

/** After a run's name, for those that were not trained here. */
export const ORIGIN_WORDS: Record<Exclude<RunOrigin, 'native'>, string> = {
  mlflow: 'streamed by MLflow',
  file: 'imported',
};

/** What a run of another trainer says about itself in place of a config. */
export interface ForeignFacts {
  /** The program that sent it, or the files it was read from; may be empty. */
  source: string;
  /** MLflow's group of runs; null for what was read from files. */
  experiment: string | null;
  /** As its trainer wrote them. */
  params: Record<string, string>;
}

/** What else came with such a run; for its owner. */
export interface ForeignDetail {
  tags: Record<string, string>;
  artifacts: { path: string; bytes: number }[];
  /** Metrics that the catalogue (`key`) calls otherwise than its trainer (`name`). */
  renamed: { key: string; name: string }[];
}

const SEED = /(^|[._/-])seed$/i;

/** The seed that a trainer reports among its params; null where it reports none. */
export function foreignSeed(params: ForeignFacts['params']): number | null {
  const [first] = Object.entries(params)
    .filter(([name, value]) => SEED.test(name) && /^-?\d{1,15}$/.test(value))
    .sort(([a], [b]) => a.length - b.length);
  return first ? Number(first[1]) : null;
}

const PRIVATE_NAME =
  /(^|[._/-])(host\w*|user\w*|\w*path|\w*dir|folder|file\w*|ur[il]|token|\w*key|secret|password|proxy|address)($|[./-])/i;
const PRIVATE_VALUE = /^[/~.]|^[a-z]:|:\/\/|\\\\|@/i;

/** The same for guests: without what may tell of folders, machines and accounts. */
export function withoutPrivateParams({ experiment, params }: ForeignFacts): ForeignFacts {
  const shown = Object.entries(params).filter(
    ([name, value]) => !PRIVATE_NAME.test(name) && !PRIVATE_VALUE.test(value),
  );
  return { source: '', experiment, params: Object.fromEntries(shown) };
}

/** Params that do not make another method of a run: its seed and its names. */
export function isIncidentalParam(name: string): boolean {
  return SEED.test(name) || /(^|[._/])(experiment_name|run_name|output_dir|logging_dir)$/i.test(name);
}
