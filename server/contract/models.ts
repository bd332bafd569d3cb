/** A pretrained language model in the models folder, as lists show it. */
export interface ModelInfo {
  /** `NAME` or `ORG/NAME`: its folder below the models folder. */
  name: string;
  /** Architecture, e.g. `llama`; empty where that could not be read. */
  family: string;
  /** Weights. */
  parameters: number;
  layers: number;
  /** Size of the hidden state. */
  width: number;
  heads: number;
  keyValueHeads: number;
  /** Numbers of one head. */
  headSize: number;
  feedForward: number;
  /** Whether queries, keys and values have biases. */
  attentionBias: boolean;
  /** Whether queries and keys are normed head by head. */
  queryKeyNorm: boolean;
  /** Tokens it knows. */
  vocabulary: number;
  /** Of its files. */
  bytes: number;
  /** As its files name it; null where they do not. */
  license: string | null;
  /** One sentence why it cannot be used; numbers are 0 then. */
  problem: string | null;
}

/** The model that this project makes itself, of random weights: for tests and for a first look without a download. */
export const RANDOM_MODEL = 'tiny-random';

/** The model of the presets for language models. */
export const USUAL_MODEL = 'HuggingFaceTB/SmolLM2-135M-Instruct';

/** Characters of a model's name. */
export const LONGEST_MODEL_NAME = 120;

/** `NAME` or `ORG/NAME`; no part starts with a dot, so that a name never leads out of the models folder. */
export const MODEL_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)?$/;

/** A model's own name, without its owner. */
export function modelTitle(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The command that brings a model into the models folder. */
export function fetchCommand(name: string): string {
  return `npm run model -- fetch ${name}`;
}

/** How a model that is not there gets into the models folder. */
export function howToGetModel(name: string): string {
  const copy = 'put its folder (config.json, safetensors, tokenizer.json) there';
  return name.includes('/') ? `${fetchCommand(name)}, or ${copy}` : copy;
}
