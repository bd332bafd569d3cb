import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../contract/error.ts';
import type { Evaluation } from '../../../contract/events.ts';
import type { FieldName, RunConfig } from '../../../contract/run-config.ts';
import type { Policy } from '../../model/policy.ts';
import {
  readSafetensors,
  removeDrafts,
  type StoredTensor,
  type TensorData,
  writeSafetensors,
} from '../../model/safetensors.ts';
import type { HistoryPoint } from '../alerts/alert-detectors.ts';
import { type Critic, type CriticRows, HEADS } from '../credit/critic.ts';
import type { AdamW } from '../learn/optimizer.ts';
import type { BaseModel } from '../policy/base-model.ts';
import { checkpointPath } from './checkpoint-file.ts';
import type { Totals } from './totals.ts';

/** Everything that training changes. */
export interface TrainingState {
  policy: Policy;
  /** The model whose weights the policy has beside the trained ones. */
  base: BaseModel | null;
  /** Version of the words of a small policy, which may be learned from its environment's data; null with a language model. */
  words: string | null;
  optimizer: AdamW;
  /** Null when the value heads share the policy's trunk. */
  critic: Critic | null;
  totals: Totals;
  /** Metrics of every iteration so far: for the alerts, and for a database that has lost some. */
  history: HistoryPoint[];
  /** Every evaluation so far, likewise. */
  evaluations: Evaluation[];
}

/** Fields that decide which tensors a checkpoint has. */
const SIZING = ['estimator', 'critic', 'tunedLayers', 'updatedLayers'] as const satisfies FieldName[];

/** Saves trained weights, optimisers, replay and counters in one file, replaced atomically. */
export async function saveCheckpoint(folder: string, state: TrainingState, config: RunConfig): Promise<void> {
  const { policy, base, words, optimizer, critic, totals, history, evaluations } = state;
  const tensors = new Map<string, StoredTensor>();
  const add = async (prefix: string, names: readonly string[], values: readonly tf.Tensor[]) => {
    for (const [i, value] of values.entries())
      tensors.set(`${prefix}${names[i]}`, { shape: value.shape, data: (await value.data()) as Float32Array });
  };
  await add('', policy.trained.names, policy.trained.of(policy.weights));
  await add('adam.first.', policy.updated.names, optimizer.state.first);
  await add('adam.second.', policy.updated.names, optimizer.state.second);
  if (critic) {
    const criticNames = critic.parameters.map(({ name }) => name);
    await add('critic.', criticNames, critic.weights);
    await add('critic.adam.first.', criticNames, critic.optimizer.state.first);
    await add('critic.adam.second.', criticNames, critic.optimizer.state.second);
    critic.replay.forEach((rows, index) => {
      for (const [name, tensor] of replayTensors(rows)) tensors.set(`replay.${index}.${name}`, tensor);
    });
  }
  removeDrafts(checkpointPath(folder));
  writeSafetensors(checkpointPath(folder), tensors, {
    format: 'pt',
    totals: JSON.stringify(totals),
    history: JSON.stringify(history),
    evaluations: JSON.stringify(evaluations),
    steps: JSON.stringify([optimizer.state.steps, critic?.optimizer.state.steps ?? 0]),
    replay: String(critic?.replay.length ?? 0),
    config: JSON.stringify(config),
    ...(base ? { base: JSON.stringify(base) } : {}),
    ...(words === null ? {} : { words }),
  });
}

/** Puts a saved state back. Throws AppError `bad-file` when the file does not fit the run, or its base model. */
export function loadCheckpoint(folder: string, state: TrainingState, config: RunConfig): void {
  const path = checkpointPath(folder);
  const { tensors, metadata } = readSafetensors(path);
  requireBase(path, metadata.base ? (JSON.parse(metadata.base) as BaseModel) : null, state.base);
  requireWords(path, metadata.words, state.words);
  const find = (name: string, shape?: readonly number[]): StoredTensor => {
    const tensor = tensors.get(name);
    if (!tensor)
      throw new AppError(
        'bad-file',
        `${path} has no tensor ${name}: it does not fit a run with ${SIZING.map((field) => `${field} ${config[field]}`).join(', ')}`,
      );
    if (shape && tensor.shape.join() !== shape.join())
      throw new AppError(
        'bad-file',
        `${path}: ${name} has shape [${tensor.shape}], this run needs [${shape}]`,
      );
    return tensor;
  };
  const read = (prefix: string, parameters: readonly { name: string; shape: number[] }[]) =>
    parameters.map(({ name, shape }) =>
      tf.tensor(find(`${prefix}${name}`, shape).data as Float32Array, shape),
    );
  const { policy, optimizer, critic } = state;
  const [policySteps, criticSteps] = JSON.parse(metadata.steps ?? '[0,0]') as [number, number];
  policy.replace(policy.trained, read('', policy.trained.parameters));
  optimizer.restore({
    first: read('adam.first.', policy.updated.parameters),
    second: read('adam.second.', policy.updated.parameters),
    steps: policySteps,
  });
  Object.assign(state.totals, JSON.parse(metadata.totals ?? '{}'));
  state.history.splice(0, Infinity, ...(JSON.parse(metadata.history ?? '[]') as HistoryPoint[]));
  state.evaluations.splice(0, Infinity, ...(JSON.parse(metadata.evaluations ?? '[]') as Evaluation[]));
  if (!critic) return;
  critic.replaceWeights(read('critic.', critic.parameters));
  critic.optimizer.restore({
    first: read('critic.adam.first.', critic.parameters),
    second: read('critic.adam.second.', critic.parameters),
    steps: criticSteps,
  });
  critic.restoreReplay(
    Array.from({ length: Number(metadata.replay ?? 0) }, (_, index) =>
      replayRows((name) => tensors.get(`replay.${index}.${name}`)),
    ),
  );
}

/** Throws AppError `bad-file` when a checkpoint's policy speaks other words than the run's: what it has learned means nothing in them. */
export function requireWords(path: string, saved: string | undefined, own: string | null): void {
  if (saved === undefined || saved === own) return;
  throw new AppError(
    'bad-file',
    `${path} was trained in other words (${saved}) than this run's (${own}): its environment's data are not here, or others`,
  );
}

/** Throws AppError `bad-file` when a checkpoint was trained from another model. */
export function requireBase(path: string, saved: BaseModel | null, own: BaseModel | null): void {
  if (saved?.name === own?.name && saved?.hash === own?.hash) return;
  const told = (base: BaseModel | null) =>
    base ? `the model ${base.name} (${base.hash})` : 'no pretrained model';
  throw new AppError(
    'bad-file',
    `${path} was trained from ${told(saved)}, this run is from ${told(own)}: ` +
      `${saved ? `put back the model it was trained from` : 'choose the small policy'}, or start a new run`,
  );
}

function replayTensors(rows: CriticRows): [string, StoredTensor][] {
  const count = rows.before.length;
  const matrix = (list: Float32Array[]): StoredTensor => {
    const width = list[0]?.length ?? 0;
    const data = new Float32Array(count * width);
    list.forEach((row, i) => {
      data.set(row, i * width);
    });
    return { shape: [count, width], data };
  };
  const column = (data: TensorData): StoredTensor => ({ shape: [count], data });
  const result: [string, StoredTensor][] = [
    ['before', matrix(rows.before)],
    ['planned', matrix(rows.planned)],
  ];
  for (const head of HEADS) {
    const target = rows.targets[head];
    const defined = rows.defined[head];
    if (target) result.push([`target.${head}`, column(target)]);
    if (defined) result.push([`defined.${head}`, column(defined)]);
    result.push([`old.${head}`, column(rows.old[head])]);
  }
  return result;
}

function replayRows(find: (name: string) => StoredTensor | undefined): CriticRows {
  const matrix = (name: string): Float32Array[] => {
    const tensor = find(name);
    const [count = 0, width = 0] = tensor?.shape ?? [];
    const data = tensor?.data as Float32Array;
    return Array.from({ length: count }, (_, i) => data.slice(i * width, (i + 1) * width));
  };
  const heads = <T>(name: string) =>
    Object.fromEntries(HEADS.map((head) => [head, find(`${name}.${head}`)?.data ?? null])) as Record<
      (typeof HEADS)[number],
      T
    >;
  return {
    before: matrix('before'),
    planned: matrix('planned'),
    targets: heads<Float64Array | null>('target'),
    defined: heads<Uint8Array | null>('defined'),
    old: heads<Float32Array>('old'),
  };
}
