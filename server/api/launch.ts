import { requireEndpoint } from '../contract/endpoints.ts';
import { ENVIRONMENT_FACTS } from '../contract/environments.ts';
import { AppError } from '../contract/error.ts';
import { ESTIMATOR_FACTS } from '../contract/estimators.ts';
import { modelTitle } from '../contract/models.ts';
import { PRESETS } from '../contract/presets.ts';
import { requireAllowed } from '../contract/remote.ts';
import { LONGEST_NAME, parseRunConfig, type RunConfig } from '../contract/run-config.ts';
import { shortenMiddle } from '../contract/text.ts';
import type { Lab } from '../lab.ts';
import { chosenModel } from './chosen-model.ts';

/** Checks every config. Throws AppError `bad-input` naming the wrong fields and, of several, the run. */
export function parseConfigs(inputs: readonly unknown[]): RunConfig[] {
  return inputs.map((input, i) => {
    try {
      return parseRunConfig(input);
    } catch (error) {
      if (!(error instanceof AppError) || inputs.length === 1) throw error;
      throw new AppError(error.code, `${error.message} (run ${i + 1} of ${inputs.length})`);
    }
  });
}

/**
 * Whether these can be launched. Throws AppError `bad-input` for a model that is not here or has fewer layers than are to be trained,
 * `forbidden` for an endpoint or an environment server that may not be called.
 */
export async function requireLaunchable(lab: Lab, configs: readonly RunConfig[]): Promise<void> {
  const byModel = new Map(
    configs.map((config) => [`${config.model} ${config.tunedLayers} ${config.updatedLayers}`, config]),
  );
  for (const config of byModel.values()) await chosenModel(lab, config);
  for (const { policy, endpoint } of configs)
    if (policy === 'endpoint') requireEndpoint(endpoint, lab.config.endpointHosts);
  for (const { environment, remoteServer } of configs)
    if (ENVIRONMENT_FACTS[environment].isElsewhere) requireAllowed(remoteServer, lab.config.remoteHosts);
}

/** Queues runs in their order, all or none. Returns their ids. Throws AppError as `requireLaunchable`. */
export async function launchMany(
  lab: Lab,
  configs: readonly RunConfig[],
  preset: string | null,
  sweepId?: string,
): Promise<string[]> {
  await requireLaunchable(lab, configs);
  const ids = await lab.store.runs.createAll(
    configs.map((config) => ({ name: config.name || defaultName(config, preset), preset, config, sweepId })),
  );
  await enqueueAll(lab, ids);
  return ids;
}

/** Launched they are: the supervisor gives every queued run without a job one. */
export async function enqueueAll(lab: Lab, ids: string[]): Promise<void> {
  lab.bus.publishRunsChanged(ids);
  for (const id of ids)
    await lab.jobs.enqueue(id).catch((error: Error) => console.error('[launch]', error.message));
}

/** A name for a run whose config has none; it tells of a model that its preset does not tell of. */
function defaultName(config: RunConfig, preset: string | null): string {
  const { estimator, model, seed } = config;
  if (config.policy === 'endpoint')
    return shortenMiddle(`${config.endpointModel}, ${config.format}, seed ${seed}`, LONGEST_NAME);
  const usual = PRESETS.find(({ name }) => name === preset)?.fields.model ?? '';
  const words = [ESTIMATOR_FACTS[estimator].title, preset ?? 'custom'];
  if (model !== '' && model !== usual) words.push(modelTitle(model));
  return `${words.join(' ')}, seed ${seed}`;
}
