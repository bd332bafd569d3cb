import type { RunConfigInput } from '../../../../server/contract/run-config.ts';

/** Generated games and as little of a policy and its warm start as goes through every part of a run. */
export const MICRO_POLICY: RunConfigInput = {
  games: 'generated',
  generatedGames: 40,
  layers: 1,
  width: 16,
  heads: 1,
  keyValueHeads: 1,
  feedForward: 16,
  warmStartEpisodes: 12,
  warmStartEpochs: 1,
  minibatchRows: 16,
};
