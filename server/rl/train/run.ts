import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Alert } from '../../contract/alert-events.ts';
import { ENVIRONMENT_FACTS } from '../../contract/environments.ts';
import { ESTIMATOR_FACTS, groupSizeOf, hasCritic } from '../../contract/estimators.ts';
import type { Evaluation, Phase } from '../../contract/events.ts';
import type { RunConfig, Split } from '../../contract/run-config.ts';
import type { World } from '../envs/environment.ts';
import type { Policy } from '../model/policy.ts';
import { countParameters } from '../model/shape.ts';
import { collectProvenance } from '../provenance/collect.ts';
import { Random } from '../random.ts';
import type { Engine, EngineName } from '../tensor/engine.ts';
import { openEngine } from '../tensor/select-engine.ts';
import type { HistoryPoint } from './alerts/alert-detectors.ts';
import { activeAlerts, alertChanges } from './alerts/alerts.ts';
import { isNotFinite, reportNotFinite } from './alerts/not-finite.ts';
import { loadCheckpoint, saveCheckpoint, type TrainingState } from './checkpoint/checkpoint.ts';
import { hasCheckpoint } from './checkpoint/checkpoint-file.ts';
import { fingerprintData } from './checkpoint/data-fingerprints.ts';
import { dropCheckpointsAfter, keepCheckpoint } from './checkpoint/kept-checkpoints.ts';
import { readCheckpointFacts, tellResume } from './checkpoint/resume.ts';
import { assignCredit, recordingFor } from './credit/credit.ts';
import { Critic, criticInputs, type LearnOptions } from './credit/critic.ts';
import { attachValueTargets, SharedCritic } from './credit/shared-critic.ts';
import { requireFiniteCredit, requireFiniteRollout, requireFiniteWeights } from './finite-checks.ts';
import { Stopwatch } from './io/stopwatch.ts';
import type { TrainerIo } from './io/trainer-io.ts';
import { FrozenStates } from './learn/frozen-states.ts';
import { learnPolicy } from './learn/learn.ts';
import { AdamW } from './learn/optimizer.ts';
import { PolicyGradient } from './learn/policy-update.ts';
import { sequencesOf } from './learn/sequences.ts';
import { Teacher } from './learn/teacher.ts';
import { readWeights, warmStart, warmStartId } from './learn/warm-start.ts';
import type { Played } from './play/episodes.ts';
import { evaluate } from './play/evaluate.ts';
import { RunGames } from './play/games.ts';
import { playShared } from './play/rollout.ts';
import { drawStrategies, type StrategyDiversity } from './play/strategies.ts';
import { type PolicyPlan, planPolicy } from './policy/open-policy.ts';
import { iterationMetrics } from './record/iteration-metrics.ts';
import { Recorder } from './record/recorder.ts';
import { Tally } from './record/tally.ts';
import { openTeam, type Team } from './team/team.ts';
import { teamSize } from './team/team-size.ts';

export interface RunOptions {
  config: RunConfig;
  /** Folder of this run: its checkpoint. */
  folder: string;
  /** Folder of warm starts, shared by runs. */
  warmStartFolder: string;
  /** Folder of language models; needed by runs that train one. */
  modelsFolder?: string;
  /** Folder that keeps the hashes of models; absent: they are read whole at every start. */
  hashFolder?: string;
  engine: 'auto' | EngineName;
  /** Threads to train on: a team of so many, or one engine of so many (see `teamSize`). */
  threads: number;
  /** Go on from the folder's checkpoint, if there is one. */
  resume: boolean;
  /** The last iteration that whoever is told has already: what a checkpoint has beyond it is told again. */
  storedIteration?: number;
  io: TrainerIo;
  /** Given to the threads of a team by their leader; otherwise worked out from `threads`. */
  team?: Team;
}

/** The critic learns this much more while the policy waits for it. */
const WARMUP_PASSES = 3;

/**
 * Trains one run from start to end: warm start → (rollout → credit → update → evaluation → checkpoint) per iteration.
 * Returns the last evaluations. Same config, engine and threads: the same numbers, also after a resume.
 */
export async function run(options: RunOptions): Promise<Evaluation[]> {
  void options.io.emit({ kind: 'progress', phase: 'start', iteration: 0, done: 0, total: 0 });
  mkdirSync(options.folder, { recursive: true });
  const plan = await planPolicy(options.config, options.modelsFolder, options.hashFolder);
  const { engine, team } = await openTeamAndEngine(options, plan.parameters);
  try {
    return await train(options, plan, plan.open(engine), team);
  } finally {
    await team.close();
  }
}

/** What every member of the team does. */
async function train(
  options: RunOptions,
  { language, words, base }: PolicyPlan,
  policy: Policy,
  team: Team,
): Promise<Evaluation[]> {
  const { config, folder, io } = options;
  const { engine } = policy;
  const games = new RunGames(config);
  const history: HistoryPoint[] = [];
  const { evaluated } = ENVIRONMENT_FACTS[config.environment];
  const hierarchical = config.format === 'plan-execute';
  let alerts: Alert[] = [];
  let lastCheckpoint = 0;
  const trained = countParameters(policy.trained.parameters);
  const updated = countParameters(policy.updated.parameters);
  const warmStartOptions = { policy, language, words, base, games, config, io, team };
  if (team.rank === 0) await tellProvenance();
  await io.emit({
    kind: 'facts',
    games: games.source,
    engine: engine.name,
    threads: options.threads,
    parameters: policy.parameterCount,
    ...(trained < policy.parameterCount && { trainedParameters: trained }),
    warmStart: warmStartId(warmStartOptions),
  });
  const engines = team.size > 1 ? ` (a team of ${team.size})` : '';
  await log(
    `${counted(policy.parameterCount)} weights${base ? ` of ${base.name}, ${counted(trained)} of them trained${updated < trained ? ` (by updates ${counted(updated)})` : ''},` : ''} on ${engine.name}${engines}, ${options.threads} thread(s): ${engine.report().reason}`,
  );
  await log(`games: ${games.source} (${games.origin})`);
  const leftOut = games.describeLeftOut();
  if (leftOut) await log(`games left out: ${leftOut}`);
  progress('warm start', 0, 0, 0);
  const start = await warmStart({ ...warmStartOptions, folder: options.warmStartFolder }).catch(
    (error: unknown) => {
      throw explain(error, 0);
    },
  );
  const { gradient, optimizer, critic } = buildLearners(policy, config, language.world, team);
  const valueModel = critic ?? (hasCritic(config.estimator) ? new SharedCritic(policy) : null);
  const teacher = ESTIMATOR_FACTS[config.estimator].teacher ? new Teacher(policy, team) : null;
  const reference = config.klCoefficient > 0 ? readWeights(policy, start.path) : null; // trained weights
  const totals = { iteration: 0, episodes: 0, turns: 0, tokens: 0, seconds: 0 };
  const state: TrainingState = {
    policy,
    base,
    words: words?.version ?? null,
    optimizer,
    critic,
    totals,
    history,
    evaluations: [],
  };
  const recorder = config.recordedEpisodes > 0 ? new Recorder(config, language, io) : null;
  const tally = new Tally(config.iterations);
  const watch = new Stopwatch(io);
  const checkpoint = () => watch.checkpoint();

  try {
    if (options.resume && hasCheckpoint(folder)) loadCheckpoint(folder, state, config);
    lastCheckpoint = totals.iteration;
    if (team.rank === 0) dropCheckpointsAfter(folder, lastCheckpoint);
    alerts = findAlerts();
    if (options.storedIteration !== undefined)
      await tellResume(state, options.storedIteration, { io, config, hierarchical });
    await io.emit({ kind: 'resumed', iteration: totals.iteration });
    if (totals.iteration === 0) await evaluateOn(evaluated, [config.stepLimit]);

    let last: Evaluation[] = [];
    while (totals.iteration < config.iterations) {
      await checkpoint();
      const iteration = totals.iteration + 1;
      watch.restart();
      progress('rollout', iteration, 0, config.episodesPerIteration);
      const isWarmup = critic !== null && iteration <= config.criticWarmup;
      const { played, diversity } = await rollout(iteration, !isWarmup);
      const turns = played.episodes.flatMap((episode) => episode.turns);
      requireFiniteRollout(turns);
      watch.lap('rollout');
      if (teacher) {
        progress('teacher', iteration, 0, 0);
        await teacher.judge(turns, config.temperature);
        watch.lap('teacher');
      }
      progress('credit', iteration, 0, 0);
      const credited = await assignCredit(played.episodes, valueModel, config, iteration);
      requireFiniteCredit(credited);
      watch.lap('credit');
      const { criticRows } = credited;
      if (criticRows && critic) {
        progress('critic', iteration, 0, 0);
        await critic.learn(criticRows, criticOptions(iteration, isWarmup));
      } else if (criticRows) attachValueTargets(credited.turns, criticRows);
      progress('update', iteration, 0, 0);
      const learningRate = isWarmup ? 0 : rateAt(config, iteration);
      const update = isWarmup
        ? null
        : await learnPolicy(sequencesOf(played.episodes), {
            gradient,
            optimizer,
            config,
            learningRate,
            reference,
            random: new Random(config.seed, 'update order', iteration),
            shareRandom: new Random(config.seed, 'gradient share', iteration),
            onProgress: (done, total) => progress('update', iteration, done, total),
            checkpoint,
          });
      await requireFiniteWeights(policy.updated.parameters, policy.updated.of(policy.weights));
      if (critic) await requireFiniteWeights(critic.parameters, critic.weights);
      watch.lap('update');

      totals.iteration = iteration;
      totals.episodes += played.episodes.length;
      totals.turns += played.turns;
      totals.tokens += played.tokens;
      totals.seconds += watch.total();
      const values = iterationMetrics({
        played,
        diversity,
        credited,
        comparesGames: ESTIMATOR_FACTS[config.estimator].groups,
        isFree: config.decoding === 'free',
        isElsewhere: ENVIRONMENT_FACTS[config.environment].isElsewhere ?? false,
        isIdle: language.world.isIdle,
        update,
        learningRate,
        totals,
        seconds: watch.laps(),
      });
      await io.emit({ kind: 'iteration', iteration, values });
      history.push({ iteration, values });
      await tellAlerts(iteration);
      const isLast = iteration === config.iterations;
      const isSaved = isLast || iteration % config.checkpointEvery === 0;
      tally.add(iteration, played.episodes, credited);
      const counted = tally.take(iteration, isSaved);
      if (counted) await io.emit(counted);
      if (team.rank === 0) await recorder?.rollout(iteration, played.episodes, credited);

      if (isLast) last = await evaluateLast();
      else if (iteration % config.evaluateEvery === 0)
        await evaluateOn(evaluated.slice(0, 1), [config.stepLimit]);
      if (!isSaved) continue;
      progress('checkpoint', iteration, 0, 0);
      if (team.rank === 0) {
        await saveCheckpoint(folder, state, config);
        // What was evaluated is worth going back to.
        if (isLast || iteration % config.evaluateEvery === 0)
          keepCheckpoint(folder, iteration, config.keepCheckpoints);
      }
      lastCheckpoint = iteration;
      await io.emit({ kind: 'checkpoint', iteration });
    }
    // Resumed behind its last iteration: only the evaluations are asked for again.
    if (last.length === 0) last = await evaluateLast();
    if (engine.report().compiledGraphs > 0) await log(describeCompilation(engine));
    await io.emit({ kind: 'finished' });
    return last;
  } catch (error) {
    throw explain(error, totals.iteration + 1);
  } finally {
    tf.dispose(reference ?? []);
    for (const part of [gradient, optimizer, critic, teacher, policy]) part?.dispose();
  }

  /** @param updates whether the policy learns from it */
  async function rollout(
    iteration: number,
    updates: boolean,
  ): Promise<{ played: Played; diversity: StrategyDiversity | null }> {
    const { seed, stepLimit, temperature, topP } = config;
    const copies = groupSizeOf(config);
    const count = config.episodesPerIteration / copies;
    const environments = games.trainingGames(seed, (iteration - 1) * count, count, stepLimit, copies);
    const drawn = ESTIMATOR_FACTS[config.estimator].strategies
      ? await drawStrategies(team, {
          policy,
          language,
          games: environments.filter((_, index) => index % copies === 0),
          candidates: config.strategies * config.strategyOversampling,
          keep: config.strategies,
          random: (game, candidate) => new Random(seed, 'strategy', iteration, game, candidate),
          temperature,
          topP,
          checkpoint,
        })
      : null;
    const played = await playShared(team, {
      policy,
      language,
      format: config.format,
      environments,
      randoms: environments.map((_, index) => new Random(seed, 'rollout', iteration, index)),
      openings: drawn?.openings.flat().flatMap((opening) => Array(copies / config.strategies).fill(opening)),
      temperature,
      topP,
      record: { ...recordingFor(config), frozen: updates && FrozenStates.has(policy) },
      groupSize: copies,
      checkpoint,
      onProgress: (done, total) => progress('rollout', iteration, done, total),
    });
    await tellBroken(played);
    if (drawn) played.tokens += drawn.tokens;
    return { played, diversity: drawn?.diversity ?? null };
  }

  async function tellBroken({ broken, reason }: Pick<Played, 'broken' | 'reason'>): Promise<void> {
    if (reason === null) return;
    const text = `${broken} broken ${broken === 1 ? 'episode' : 'episodes'} thrown away. ${reason}`;
    await io.emit({ kind: 'log', level: 'warning', text });
  }

  function criticOptions(iteration: number, isWarmup: boolean): LearnOptions {
    return {
      learningRate: config.criticLearningRate,
      passes: config.criticPasses * (isWarmup ? WARMUP_PASSES : 1),
      replay: config.criticReplay,
      random: new Random(config.seed, 'critic order', iteration),
    };
  }

  async function tellProvenance(): Promise<void> {
    const data = await fingerprintData({ config, games, words, base });
    const provenance = await collectProvenance({ engine: engine.name, threads: options.threads, data });
    const iteration = options.resume ? (readCheckpointFacts(folder)?.iteration ?? 0) : 0;
    await io.emit({ kind: 'provenance', iteration, ...provenance });
  }

  function evaluateLast(): Promise<Evaluation[]> {
    return evaluateOn(evaluated, config.evaluationStepLimits);
  }

  async function evaluateOn(splits: readonly Split[], stepLimits: readonly number[]): Promise<Evaluation[]> {
    const { iteration, episodes, tokens, seconds } = totals;
    const results: Evaluation[] = [];
    for (const split of splits) {
      progress('evaluation', iteration, 0, 0);
      const evaluations = await evaluate(
        {
          policy,
          language,
          games,
          config,
          team,
          split,
          stepLimits,
          onBroken: tellBroken,
          checkpoint,
          onPlayed: recorder
            ? async (played) => {
                if (team.rank === 0) await recorder.evaluation(iteration, split, played);
              }
            : undefined,
          onProgress: (done, total) => progress('evaluation', iteration, done, total),
        },
        { iteration, trainingEpisodes: episodes, trainingTokens: tokens, trainingSeconds: seconds },
      );
      for (const evaluation of evaluations) await io.emit({ kind: 'evaluation', evaluation });
      state.evaluations.push(...evaluations);
      results.push(...evaluations);
    }
    return results;
  }

  function progress(phase: Phase, iteration: number, done: number, total: number): void {
    void io.emit({ kind: 'progress', phase, iteration, done, total });
  }

  function log(text: string): Promise<void> {
    return io.emit({ kind: 'log', level: 'info', text });
  }

  function findAlerts() {
    return activeAlerts(history, config, hierarchical);
  }

  async function tellAlerts(iteration: number): Promise<void> {
    const before = alerts;
    alerts = findAlerts();
    for (const event of alertChanges(before, alerts, iteration)) await io.emit(event);
  }

  /** A number that is not finite ends the run with a report; nothing of this iteration has been saved. */
  function explain(error: unknown, iteration: number): unknown {
    if (!isNotFinite(error)) return error;
    return reportNotFinite(error, { iteration, last: history.at(-1), checkpoint: lastCheckpoint });
  }
}

/** The leader of a team of more than one opens an engine of one thread and starts the others. */
async function openTeamAndEngine(
  options: RunOptions,
  parameters: number,
): Promise<{ engine: Engine; team: Team }> {
  const { config, folder, warmStartFolder, modelsFolder, hashFolder, resume } = options;
  if (options.team) {
    const threads = options.team.size > 1 ? 1 : options.threads;
    const device = options.team.rank;
    return { engine: await openEngine({ engine: options.engine, threads, device }), team: options.team };
  }
  // A team's members are engines of ONNX Runtime, a core each, and `auto` leaves what they would train to it; or of TensorFlow, a card each.
  const wanted = options.engine === 'tensorflow' ? 1 : teamSize(options.threads, parameters);
  const threads = wanted > 1 ? 1 : options.threads;
  const engine = await openEngine({ engine: options.engine, threads, parameters });
  const size = engine.name === 'onnxruntime' ? wanted : (engine.report().members ?? 1);
  const { name } = engine;
  return {
    engine,
    team: openTeam(size, { config, folder, warmStartFolder, modelsFolder, hashFolder, engine: name, resume }),
  };
}

/** The optimiser and gradient of the policy, and the critic; null when the value heads share the policy's trunk. */
function buildLearners(policy: Policy, config: RunConfig, world: World, team: Team) {
  const { engine } = policy;
  const { weightDecay, gradientClip } = config;
  const optimizer = new AdamW(engine, policy.updated.shapes, { weightDecay, gradientClip });
  const loss = {
    kind: 'ppo',
    clip: config.clip,
    dualClip: config.dualClip,
    entropy: config.entropyCoefficient,
    kl: config.klCoefficient,
    value: config.valueCoefficient,
  } as const;
  const gradient = new PolicyGradient(engine, policy, loss, { team, part: policy.updated });
  const critic =
    config.critic === 'shared' || !hasCritic(config.estimator)
      ? null
      : new Critic(
          engine,
          config,
          criticInputs(config, world, policy.shape),
          new Random(config.seed, 'critic'),
        );
  return { gradient, optimizer, critic };
}

/** What a run's graphs cost before they first ran, on this engine (of a team, each member has its own). */
function describeCompilation(engine: Engine): string {
  const { compiledGraphs, compileMs, traceMs, runMs } = engine.report();
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return `${compiledGraphs} graphs: recorded in ${seconds(traceMs)}, compiled in ${seconds(compileMs)}, run for ${seconds(runMs)}`;
}

/** `4,884,480`. */
const counted = (count: number): string => count.toLocaleString('en-US');

/** Learning rate of an iteration: a straight line from the first to the final one. */
function rateAt({ learningRate, finalLearningRate, iterations }: RunConfig, iteration: number): number {
  const share = iterations > 1 ? (iteration - 1) / (iterations - 1) : 0;
  return learningRate + share * (finalLearningRate - learningRate);
}

/** Where a data folder keeps the warm starts that its runs share. */
export function warmStartFolder(dataFolder: string): string {
  return join(dataFolder, 'warm-starts');
}
