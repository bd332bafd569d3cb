import type { z } from 'zod';
import { endpointProblem } from './endpoints.ts';
import { ENVIRONMENT_FACTS, ENVIRONMENTS, type EnvironmentName } from './environments.ts';
import { ESTIMATOR_FACTS, type EstimatorName, groupSizeOf, hasCritic } from './estimators.ts';
import type { FieldName, RunConfig } from './fields/fields.ts';
import type { PolicyKind } from './fields/policy.ts';
import { readsField } from './fields-read.ts';
import { fetchCommand, USUAL_MODEL } from './models.ts';
import { actionProblem, addressProblem, listOf, pathOf } from './remote.ts';

type Complain = (path: FieldName, message: string) => void;

/** What only the words of the small policy can say so far: plans for a whole episode, and a teacher's prompt. */
export const NANO_ESTIMATORS: readonly EstimatorName[] = ['strata', 'gear-like'];
const NANO_FORMATS: readonly string[] = ['strategy'];
const NANO_POLICY: readonly string[] = ['nano'];
const NOTHING: readonly string[] = [];
const ALL_TYPES = ENVIRONMENTS.flatMap((name) => ENVIRONMENT_FACTS[name].taskTypes);
const FOREIGN_TYPES: ReadonlyMap<EnvironmentName, readonly string[]> = new Map(
  ENVIRONMENTS.map((name) => {
    const own = ENVIRONMENT_FACTS[name].taskTypes;
    return [name, ALL_TYPES.filter((type) => !own.includes(type))];
  }),
);

/** The choices of a field that a policy does not have in an environment; the same array for the same answer. */
export function refusedChoices(
  policy: PolicyKind,
  environment: EnvironmentName,
  name: string,
): readonly string[] {
  const { hasWords, hasStrategies } = ENVIRONMENT_FACTS[environment];
  if (name === 'policy' && !hasWords) return NANO_POLICY;
  if (name === 'taskTypes') return FOREIGN_TYPES.get(environment) ?? NOTHING;
  if (policy === 'nano' && hasStrategies) return NOTHING;
  return name === 'estimator' ? NANO_ESTIMATORS : name === 'format' ? NANO_FORMATS : NOTHING;
}

/** Rules between fields; each issue names the field to change. */
export function checkTogether(config: RunConfig, context: z.RefinementCtx): void {
  const complain: Complain = (path, message) => context.addIssue({ code: 'custom', path: [path], message });
  checkLists(config, complain);
  if (ENVIRONMENT_FACTS[config.environment].isElsewhere) checkRemote(config, complain);
  if (config.policy === 'endpoint') checkEndpoint(config, complain);
  else checkTraining(config, complain);
}

/** What an endpoint is asked, and by what prompts. */
function checkEndpoint({ endpoint, endpointModel, format }: RunConfig, complain: Complain): void {
  const problem = endpointProblem(endpoint);
  if (problem) complain('endpoint', problem);
  if (endpointModel === '') complain('endpointModel', 'needs the name that the endpoint has for the model');
  if (format === 'strategy')
    complain('format', 'the prompts of an endpoint are those of plan-execute and flat: choose one of them');
}

/** What is trained, and how. */
function checkTraining(config: RunConfig, complain: Complain): void {
  const { formats, groups, strategies } = ESTIMATOR_FACTS[config.estimator];
  if (!formats.includes(config.format))
    complain(
      'format',
      `${config.estimator} is played in ${formats.join(' or ')}: choose that, or a flat estimator`,
    );
  const groupSize = groupSizeOf(config);
  if (groups && groupSize < 2)
    complain(
      'groupSize',
      `${config.estimator} compares episodes of one game: 2 or more, or 0 for its default`,
    );
  if (strategies && (groupSize % config.strategies !== 0 || groupSize < 2 * config.strategies))
    complain(
      'strategies',
      `must share the group size (${groupSize}) evenly, two episodes or more each: change one of them`,
    );
  if (config.episodesPerIteration % groupSize !== 0)
    complain(
      'episodesPerIteration',
      `must be a multiple of the group size (${groupSize}): every game is played ${groupSize} times`,
    );
  for (const [ramp, loss] of [
    ['kappaRamp', 'kappa never gets there'],
    ['gearRamp', 'the weights never count fully'],
  ] as const)
    if (readsField(config, ramp) && config[ramp] > config.iterations)
      complain(ramp, `must not exceed the ${config.iterations} iterations, or ${loss}`);
  if (config.switchCredit === 'gain' && config.critic !== 'features')
    complain('switchCredit', 'gain reads V_low under the old sub-goal, which only critic: features can tell');
  checkEnvironment(config, complain);
  if (config.policy === 'nano') checkNano(config, complain);
  else checkPretrained(config, complain);
  if (hasCritic(config.estimator) && config.criticWarmup >= config.iterations)
    complain('criticWarmup', `must be below the ${config.iterations} iterations, or the policy never learns`);
}

/** Lists that every run reads. */
function checkLists(config: RunConfig, complain: Complain): void {
  const { title, taskTypes } = ENVIRONMENT_FACTS[config.environment];
  const stranger = config.taskTypes.find((type) => !taskTypes.includes(type));
  if (stranger !== undefined)
    complain('taskTypes', `${stranger} is none of ${title}’s: ${taskTypes.join(', ')}`);
  for (const name of ['taskTypes', 'evaluationStepLimits'] as const) {
    const double = firstDouble<unknown>(config[name]);
    if (double !== undefined) complain(name, `lists ${double} twice`);
  }
}

/** What an environment does not have. */
function checkEnvironment(
  { environment, policy, estimator, format, warmStartEpisodes }: RunConfig,
  complain: Complain,
): void {
  const { title, hasWords, hasExpert, hasStrategies } = ENVIRONMENT_FACTS[environment];
  if (policy === 'nano' && !hasWords)
    complain('policy', `the small policy has no words for ${title}: choose pretrained`);
  if (warmStartEpisodes > 0 && !hasExpert)
    complain('warmStartEpisodes', `${title} has no expert to imitate: choose 0`);
  const needsStrategies = `needs plans for whole episodes, or a teacher, which ${title} does not have`;
  if (!hasStrategies && NANO_ESTIMATORS.includes(estimator))
    complain('estimator', `${estimator} ${needsStrategies}`);
  else if (!hasStrategies && format === 'strategy') complain('format', needsStrategies);
}

/** What an environment on another server has to be told. */
function checkRemote(config: RunConfig, complain: Complain): void {
  const problem = addressProblem(config.remoteServer);
  if (problem) complain('remoteServer', problem);
  const wrong = actionProblem(config.remoteAction);
  if (wrong) complain('remoteAction', wrong);
  if (listOf(config.remoteSubgoals).length === 0)
    complain('remoteSubgoals', 'needs one text or more, such as look around | finish');
  for (const name of ['remoteWon', 'remoteTruncated'] as const)
    if (config[name] !== '' && pathOf(config[name]) === null)
      complain(name, 'must be one path in braces, such as {solved}, or empty');
}

/** Sizes that the small policy's transformer can have. */
function checkNano(config: RunConfig, complain: Complain): void {
  if (config.width % config.heads !== 0) complain('heads', `must divide the width (${config.width})`);
  else if ((config.width / config.heads) % 2 !== 0)
    complain('heads', 'width / heads must be even (rotary positions turn pairs)');
  if (config.heads % config.keyValueHeads !== 0)
    complain('keyValueHeads', `must divide the heads (${config.heads})`);
  if (config.model !== '')
    complain('model', 'only a language model has a name: leave it empty, or choose policy pretrained');
  if (config.context === 'dialogue')
    complain(
      'context',
      'the small policy reads its prompt anew every turn: choose rebuilt, or policy pretrained',
    );
  if (config.decoding === 'free')
    complain(
      'decoding',
      'the small policy has no words for free text: choose constrained, or policy pretrained',
    );
}

/** What a language model cannot do yet. */
function checkPretrained(config: RunConfig, complain: Complain): void {
  const { model, estimator, format, tunedLayers, updatedLayers } = config;
  if (model === '')
    complain(
      'model',
      `needs the name of a language model, such as ${USUAL_MODEL} (${fetchCommand(USUAL_MODEL)})`,
    );
  const nanoOnly =
    'strategies and the teacher of gear-like speak the words of the small policy only: choose another estimator and format, or policy nano';
  if (NANO_ESTIMATORS.includes(estimator)) complain('estimator', nanoOnly);
  else if (format === 'strategy') complain('format', nanoOnly);
  if (tunedLayers > 0 && updatedLayers > tunedLayers)
    complain(
      'updatedLayers',
      `only the ${tunedLayers} upper layers are trained at all: choose at most ${tunedLayers}, or 0 for all of them`,
    );
  if (config.decoding === 'free') checkFree(config, complain);
}

/** What free text leaves unknown while it is written. */
function checkFree(config: RunConfig, complain: Complain): void {
  if (config.context === 'dialogue')
    complain(
      'decoding',
      'free text answers a prompt that asks for its format, which only context rebuilt does: choose that, or constrained',
    );
  if (config.critic !== 'features' && config.format !== 'flat' && readsField(config, 'critic'))
    complain(
      'critic',
      `${config.critic} reads the hidden state behind the sub-goal, and in free text where that is is known only afterwards: choose features, or decoding constrained`,
    );
  if (config.switchCredit === 'gain' && readsField(config, 'switchCredit'))
    complain(
      'switchCredit',
      'gain reads the probability of SWITCH, which free text can write in many ways: choose return, or decoding constrained',
    );
}

/** The first value that stands in a list again. */
export function firstDouble<T>(values: readonly T[]): T | undefined {
  return values.find((value, i) => values.indexOf(value) < i);
}
