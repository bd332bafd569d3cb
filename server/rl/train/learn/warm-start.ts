import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../contract/error.ts';
import { isOfOtherEnvironment, isOfOtherPolicy } from '../../../contract/fields-read.ts';
import type { FieldName, RunConfig } from '../../../contract/run-config.ts';
import { type Lease, takeLease } from '../../../ownership/lease.ts';
import { Agent } from '../../agent/agent.ts';
import type { Language } from '../../agent/language.ts';
import type { WordLanguage } from '../../agent/word-language.ts';
import type { ExpertTurn, TextEnvironment, World } from '../../envs/environment.ts';
import type { Policy } from '../../model/policy.ts';
import { removeDrafts, SafetensorsFile, writeSafetensors } from '../../model/safetensors.ts';
import { joinTokens, type TokenIds } from '../../model/token-ids.ts';
import { readTensor } from '../../model/weight-files.ts';
import { Random } from '../../random.ts';
import { NotFinite } from '../alerts/not-finite.ts';
import type { TrainerIo } from '../io/trainer-io.ts';
import type { Decision, DecisionRow } from '../play/decision-row.ts';
import type { RunGames } from '../play/games.ts';
import type { BaseModel } from '../policy/base-model.ts';
import { fromLeader, type Team } from '../team/team.ts';
import { miniBatches } from './learn.ts';
import { AdamW } from './optimizer.ts';
import { PolicyGradient } from './policy-update.ts';

/** Raised when the expert, the prompt or the training below changes: old caches are then not used any more. */
const VERSION = 3;
const WARMUP_STEPS = 20;
const FINAL_RATE = 0.1;

/** The fields a warm start depends on, of those that the policy reads: runs that agree in them share its weights. */
const FIELDS = [
  'environment',
  'taskTypes',
  'stepLimit',
  'dialect',
  'goals',
  'goalOrder',
  'catalogueSize',
  'format',
  'layers',
  'width',
  'heads',
  'keyValueHeads',
  'feedForward',
  'tiedEmbeddings',
  'previousTokenEmbedding',
  'context',
  'tuning',
  'adapterRank',
  'adapterAlpha',
  'adapterTargets',
  'tunedLayers',
  'frozenWeights',
  'warmStartEpisodes',
  'warmStartNoise',
  'warmStartEpochs',
  'warmStartSeed',
  'warmStartBatchRows',
  'warmStartLearningRate',
  'renaming',
] as const satisfies readonly FieldName[];

export interface WarmStart {
  /** Content hash of everything the weights depend on. */
  id: string;
  /** The trained weights as a safetensors file. */
  path: string;
  cached: boolean;
}

export interface WarmStartOptions {
  /** As it is before any training. */
  policy: Policy;
  language: Language;
  /** The same where it is that of a small policy; null elsewhere. */
  words: WordLanguage | null;
  base: BaseModel | null;
  games: RunGames;
  config: RunConfig;
  /** Folder of the cached weights. */
  folder: string;
  io: TrainerIo;
  team: Team;
}

/** Content hash of a warm start. */
export function warmStartId({
  config,
  games,
  language,
  base,
}: Pick<WarmStartOptions, 'config' | 'games' | 'language' | 'base'>): string {
  const isRead = (name: FieldName) => !isOfOtherPolicy(config, name) && !isOfOtherEnvironment(config, name);
  const fields = FIELDS.flatMap((name) => (isRead(name) ? [[name, config[name]]] : []));
  const gameSet =
    games.source === 'real' ? ['real', games.count('train')] : ['generated', config.generatedGames];
  const content = [VERSION, language.version, gameSet, fields, ...(base ? [base.hash] : [])];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

/**
 * Gives the policy its first weights: behaviour cloning of the expert that plays from what it has seen (won episodes only),
 * none for 0 episodes. Cached in `folder` by content; of several trainers that need the same, one works and the
 * others wait.
 */
export async function warmStart(options: WarmStartOptions): Promise<WarmStart> {
  const { policy, config, folder, io, team } = options;
  mkdirSync(folder, { recursive: true });
  const id = warmStartId(options);
  const path = join(folder, `${id}.safetensors`);
  const isLeader = team.rank === 0;
  let lease = isLeader ? await lock(path, io) : null;
  try {
    const cached = await fromLeader(team, existsSync(path));
    if (cached) loadWeights(policy, path);
    else {
      if (config.warmStartEpisodes > 0) await clone(options);
      // Without a lease another trainer has made the file meanwhile.
      while (lease && !(await saveWeights(policy, path, lease, options.language)))
        lease = await lock(path, io);
      await fromLeader(team, 'saved');
    }
    return { id, path, cached };
  } finally {
    lease?.release();
  }
}

/** Null: another trainer has made the file meanwhile. */
function lock(path: string, io: TrainerIo): Promise<Lease | null> {
  return takeLease(`${path}.lock`, {
    satisfied: () => existsSync(path),
    onHeld: async ({ first }) => {
      await io.checkpoint();
      await io.emit({ kind: 'progress', phase: 'warm start', iteration: 0, done: 0, total: 1 });
      if (!first) return;
      const text = 'warm start: another run is making the same one; waiting';
      await io.emit({ kind: 'log', level: 'info', text });
    },
  });
}

/** Loads trained weights by name. Throws AppError naming a missing tensor or two shapes that differ. */
function loadWeights(policy: Policy, path: string): void {
  policy.replace(policy.trained, readWeights(policy, path));
}

/** The trained weights of a file as tensors in the policy's order, without changing the policy. */
export function readWeights(policy: Policy, path: string): tf.Tensor[] {
  const file = new SafetensorsFile(path);
  try {
    return weightsOf(policy, file);
  } finally {
    file.close();
  }
}

/** The same of a file that is open. */
export function weightsOf(policy: Policy, file: SafetensorsFile): tf.Tensor[] {
  return policy.trained.parameters.map(({ name, shape }) =>
    // A warm start teaches no values.
    name.startsWith('value_head.') && !file.shapeOf(name) ? tf.zeros(shape) : readTensor(file, name, shape),
  );
}

/** Returns false, and leaves nothing behind, where the lease was lost meanwhile. */
async function saveWeights(
  policy: Policy,
  path: string,
  lease: Lease,
  { version }: Language,
): Promise<boolean> {
  const tensors = new Map();
  const values = policy.trained.of(policy.weights);
  for (const [i, { name, shape }] of policy.trained.parameters.entries())
    tensors.set(name, { shape, data: (await values[i]?.data()) as Float32Array });
  const draft = `${path}.${lease.token}.part`;
  removeDrafts(path);
  writeSafetensors(draft, tensors, { format: 'pt', vocabulary: version });
  const { lost } = lease;
  if (lost) rmSync(draft);
  else renameSync(draft, path);
  return !lost;
}

/** A turn of a demonstration. */
interface ShownTurn {
  prompt: TokenIds;
  ids: TokenIds;
  /** Ids among which each token was chosen; null: all, free text. */
  allowed: readonly (TokenIds | null)[];
  /** Played at random and not to be cloned. */
  stray: boolean;
}

/** Turns that are read as one sequence: one turn where prompts are rebuilt, an episode of a dialogue. */
interface Demonstration {
  steps: readonly ShownTurn[];
  turns: number;
}

/** A turn of an expert's episode. */
interface ExpertStep {
  turn: ExpertTurn;
  stray: boolean;
}

/** Expert turns of won episodes. */
async function demonstrate({
  games,
  config,
  language,
}: WarmStartOptions): Promise<{ shown: Demonstration[]; won: number }> {
  const { warmStartSeed, warmStartEpisodes, stepLimit } = config;
  const environments = games.demonstrationGames(warmStartSeed, warmStartEpisodes, stepLimit);
  const shown: Demonstration[] = [];
  let won = 0;
  for (const [index, environment] of environments.entries()) {
    const steps = await playExpert(language.world, environment, config, index);
    if (!steps) continue;
    won++;
    // Only now is it known where the expert has searched.
    const strategy = language.world.strategies?.shownBy(
      steps.flatMap(({ turn, stray }) => (stray ? [] : [turn])),
    );
    const agent = new Agent(language, config.format);
    await agent.start(environment);
    const episode: ShownTurn[] = [];
    for (const { turn, stray } of steps) {
      const { prompt } = agent.turn();
      const response = agent.demonstrate(turn, strategy);
      await agent.finish(response);
      episode.push({ prompt, ids: response.ids, allowed: response.allowed, stray });
    }
    if (language.context === 'dialogue') shown.push({ steps: episode, turns: episode.length });
    else shown.push(...episode.filter(({ stray }) => !stray).map((turn) => ({ steps: [turn], turns: 1 })));
  }
  return { shown, won };
}

/** An episode of the expert that plays from what it has seen; null if it was lost. */
async function playExpert(
  world: World,
  environment: TextEnvironment,
  config: RunConfig,
  index: number,
): Promise<ExpertStep[] | null> {
  const memory = world.remember(await environment.reset(), environment);
  const expert = world.expert(memory, new Random(config.warmStartSeed, 'expert', index));
  if (!expert)
    throw new AppError(
      'bad-input',
      `warmStartEpisodes: ${config.environment} has no expert to imitate: choose 0`,
    );
  const noise = new Random(config.warmStartSeed, 'noise', index);
  const steps: ExpertStep[] = [];
  for (;;) {
    const admissible = environment.admissible();
    const turn = expert.act(admissible);
    const strays = noise.chance(config.warmStartNoise) ? strayCommands(world, admissible) : [];
    const stray = strays.length > 0;
    if (stray) turn.action = noise.pick(strays);
    steps.push({ turn, stray });
    const step = await environment.step(turn.action);
    memory.update(turn.action, step.observation);
    if (step.done) return step.won ? steps : null;
  }
}

/** What can be said without free text; it may be nothing. */
function strayCommands({ openCommands, isSayable }: World, admissible: readonly string[]): string[] {
  const closed = admissible.filter((command) => !openCommands.some(({ shown }) => shown === command));
  return closed.filter(isSayable);
}

async function clone(options: WarmStartOptions): Promise<void> {
  const { policy, config, io, team, words } = options;
  const { engine } = policy;
  const { shown, won } = await demonstrate(options);
  const turns = shown.reduce((sum, demonstration) => sum + demonstration.turns, 0);
  await io.emit({
    kind: 'log',
    level: 'info',
    text: `warm start: cloning ${turns} turns of ${won} won expert episodes (of ${config.warmStartEpisodes})`,
  });
  const gradient = new PolicyGradient(engine, policy, { kind: 'clone' }, { team });
  const optimizer = new AdamW(engine, policy.trained.shapes, { beta2: 0.999, weightDecay: 0.05 });
  const random = new Random(config.warmStartSeed, 'cloning');
  // Later epochs may come to another number: their mini-batches are drawn anew.
  const total = config.warmStartEpochs * miniBatches(shown, config.warmStartBatchRows).length;
  // Names are drawn anew each time; without them an epoch has the rows of the one before.
  const isRenaming = config.renaming && words !== null;
  const rowOf = new Map(
    isRenaming ? [] : shown.map((demonstration) => [demonstration, decisionRow(demonstration.steps)]),
  );
  if (!isRenaming && config.warmStartEpochs > 1) gradient.keepRows();
  let step = 0;
  for (let epoch = 0; epoch < config.warmStartEpochs; epoch++) {
    let loss = 0;
    let decisions = 0;
    random.shuffle(shown);
    for (const batch of miniBatches(shown, config.warmStartBatchRows)) {
      await io.checkpoint();
      const rows = batch.map((demonstration) => {
        const { steps } = demonstration;
        const rename = config.renaming ? words?.renaming(() => random.next()) : null;
        if (rename) return decisionRow(steps.map((turn) => rename(turn)));
        return rowOf.get(demonstration) ?? decisionRow(steps);
      });
      const rate = config.warmStartLearningRate * rateAt(Math.min(step++, total), total);
      const { statistics, ...result } = await gradient.step(rows, optimizer, rate, 1);
      if (result.skipped)
        throw new NotFinite('the norm of the gradient', result.norm, `mini-batch ${step} of ${total}`);
      loss += statistics.loss;
      decisions += result.decisions;
      await io.emit({
        kind: 'progress',
        phase: 'warm start',
        iteration: 0,
        done: Math.min(step, total),
        total,
      });
    }
    await io.emit({
      kind: 'log',
      level: 'info',
      text: `warm start: epoch ${epoch + 1} of ${config.warmStartEpochs}, loss ${(loss / Math.max(1, decisions)).toFixed(3)} per decision`,
    });
  }
  gradient.dispose();
  optimizer.dispose();
}

/** Short linear rise, then a straight line down to a tenth. */
function rateAt(step: number, total: number): number {
  const warmup = Math.min(WARMUP_STEPS, total / 4);
  if (step < warmup) return (step + 1) / warmup;
  return 1 - (1 - FINAL_RATE) * ((step - warmup) / Math.max(1, total - warmup));
}

/** A demonstration as a row to learn from; what was played at random is read and not learned. */
export function decisionRow(turns: readonly ShownTurn[]): DecisionRow {
  let first = 0;
  const decisions = turns.flatMap(({ prompt, ids, allowed, stray }): Decision[] => {
    first += prompt.length;
    const response = first;
    first += ids.length;
    if (stray) return [];
    return allowed.flatMap((support, position) =>
      support === null || support.length > 1
        ? [
            {
              position: response + position,
              chosen: ids[position] as number,
              support,
              oldLogProbability: 0,
              advantage: 0,
              level: 0,
            },
          ]
        : [],
    );
  });
  return {
    tokens: joinTokens(turns.flatMap(({ prompt, ids }) => [prompt, ids])),
    decisions,
    turns: turns.length,
  };
}
