import { AppError } from '../../contract/error.ts';

/*
 * The loss mathematics of PPO on plain arrays, with gradients (spec/hae.md 3): the reference that the tensor trainer is
 * tested against. Token arrays are row-major [rows * width]; `mask` says which tokens count.
 */

/** How token losses become one number (spec/hae.md 3.2). */
export type Aggregation =
  | 'token-mean'
  | 'seq-mean-token-sum'
  | 'seq-mean-token-mean'
  | 'seq-mean-token-sum-norm';

/** `kl` = k1, `mse` = k2, `low_var_kl` = k3, `abs` = |k1|. */
export type KlKind = 'kl' | 'k1' | 'abs' | 'mse' | 'k2' | 'low_var_kl' | 'k3';

export interface MaskedTokens {
  mask: Uint8Array; // [rows * width]
  width: number;
}

/**
 * Weight of every token, so that the aggregated loss is sum(weight * loss) and its gradient is the weight.
 *
 * token-mean: over all masked tokens. seq-mean-token-sum: sum in each row, mean over rows. seq-mean-token-mean: mean in each
 * row, mean over rows (a row without tokens counts as 0). seq-mean-token-sum-norm: sum of everything / width.
 */
export function aggregationWeights({ mask, width }: MaskedTokens, mode: Aggregation): Float64Array {
  const rows = mask.length / width;
  const tokens = mask.reduce((sum, flag) => sum + flag, 0);
  return Float64Array.from(mask, (flag, i) => {
    if (!flag) return 0;
    switch (mode) {
      case 'token-mean':
        return 1 / (tokens + 1e-8);
      case 'seq-mean-token-sum':
        return 1 / rows;
      case 'seq-mean-token-mean': {
        const start = i - (i % width);
        return 1 / (rows * mask.subarray(start, start + width).reduce((sum, masked) => sum + masked, 0));
      }
      case 'seq-mean-token-sum-norm':
        return 1 / width;
      default:
        throw new AppError('bad-input', `no aggregation is called ${mode satisfies never}`);
    }
  });
}

export function aggregate(loss: ArrayLike<number>, tokens: MaskedTokens, mode: Aggregation): number {
  return dot(aggregationWeights(tokens, mode), loss);
}

export interface PolicyLossOptions {
  clipLow: number;
  clipHigh: number;
  /** Bound of the loss for negative advantages, in units of -A. */
  dualClip: number;
  aggregation: Aggregation;
}

export interface PolicyLoss {
  loss: number;
  /** Share of tokens where the clipped ratio bounds the loss. */
  clipFraction: number;
  /** Share of tokens where the dual clip bounds it. */
  lowerClipFraction: number;
  /** Mean of log pi_old - log pi. */
  approximateKl: number;
  /** d loss / d logProb. */
  gradient: Float64Array;
}

/**
 * Dual-clip PPO (spec/hae.md 3.2): rho = exp(logProb - old), L1 = -A rho, L2 = -A clip(rho, 1 - clipLow, 1 + clipHigh),
 * L = max(L1, L2), and for A < 0 L = min(L, -A dualClip).
 */
export function policyLoss(
  input: { logProb: ArrayLike<number>; oldLogProb: ArrayLike<number>; advantage: ArrayLike<number> },
  tokens: MaskedTokens,
  options: PolicyLossOptions,
): PolicyLoss {
  const { logProb, oldLogProb, advantage } = input;
  const { clipLow, clipHigh, dualClip } = options;
  const weights = aggregationWeights(tokens, options.aggregation);
  const means = aggregationWeights(tokens, 'token-mean');
  const gradient = new Float64Array(weights.length);
  const result = { loss: 0, clipFraction: 0, lowerClipFraction: 0, approximateKl: 0, gradient };
  for (let i = 0; i < weights.length; i++) {
    if (!tokens.mask[i]) continue;
    const a = advantage[i]!;
    const difference = logProb[i]! - oldLogProb[i]!;
    const ratio = Math.exp(difference);
    const clippedRatio = Math.min(Math.max(ratio, 1 - clipLow), 1 + clipHigh);
    const plain = -a * ratio;
    const clipped = -a * clippedRatio;
    const bound = -a * dualClip;
    const isClipped = clipped > plain;
    const isBound = a < 0 && Math.max(plain, clipped) > bound;
    result.loss += weights[i]! * (isBound ? bound : Math.max(plain, clipped));
    // d ratio / d logProb = ratio; where a clip holds, the loss no longer depends on the ratio.
    if (!isBound && !isClipped) gradient[i] = weights[i]! * plain;
    result.clipFraction += isClipped ? means[i]! : 0;
    result.lowerClipFraction += isBound ? means[i]! : 0;
    result.approximateKl -= means[i]! * difference;
  }
  return result;
}

export interface ValueLoss {
  loss: number;
  clipFraction: number;
  /** d loss / d value. */
  gradient: Float64Array;
}

/**
 * Clipped value loss of one head (spec/hae.md 3.1): max((v - R)^2, (clip(v, old - c, old + c) - R)^2), no factor 1/2;
 * `mask` = the head's value positions. `clip` Infinity is the plain squared error.
 */
export function valueLoss(
  input: { value: ArrayLike<number>; oldValue: ArrayLike<number>; target: ArrayLike<number> },
  tokens: MaskedTokens,
  clip: number,
  aggregation: Aggregation,
): ValueLoss {
  const weights = aggregationWeights(tokens, aggregation);
  const means = aggregationWeights(tokens, 'token-mean');
  const gradient = new Float64Array(weights.length);
  const result = { loss: 0, clipFraction: 0, gradient };
  for (let i = 0; i < weights.length; i++) {
    if (!tokens.mask[i]) continue;
    const old = input.oldValue[i]!;
    const error = input.value[i]! - input.target[i]!;
    const clippedValue = Math.min(Math.max(input.value[i]!, old - clip), old + clip);
    const clippedError = clippedValue - input.target[i]!;
    const isClipped = clippedError ** 2 > error ** 2;
    result.loss += weights[i]! * (isClipped ? clippedError ** 2 : error ** 2);
    if (!isClipped) gradient[i] = weights[i]! * 2 * error;
    result.clipFraction += isClipped ? means[i]! : 0;
  }
  return result;
}

/**
 * Per-token estimate of KL(policy || reference) and its derivative by the policy's log-probability. With
 * x = log ref - log pi: k1 = -x, k2 = x^2 / 2, k3 = exp(x) - x - 1, clamped to [-10, 10] (spec/hae.md 3.2).
 */
export function klPenalty(
  kind: KlKind,
  logProb: number,
  refLogProb: number,
): { kl: number; gradient: number } {
  const x = refLogProb - logProb;
  switch (kind) {
    case 'kl':
    case 'k1':
      return { kl: -x, gradient: 1 };
    case 'abs':
      return { kl: Math.abs(x), gradient: -Math.sign(x) };
    case 'mse':
    case 'k2':
      return { kl: (x * x) / 2, gradient: -x };
    case 'low_var_kl':
    case 'k3': {
      const kl = Math.exp(x) - x - 1;
      return kl > 10 ? { kl: 10, gradient: 0 } : { kl, gradient: 1 - Math.exp(x) };
    }
    default:
      throw new AppError('bad-input', `no KL is called ${kind satisfies never}`);
  }
}

/** Entropy in nats of softmax(logits), and its gradient: dH/dz_j = -p_j (log p_j + H). */
export function softmaxEntropy(logits: ArrayLike<number>): { entropy: number; gradient: Float64Array } {
  let most = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < logits.length; j++) most = Math.max(most, logits[j]!);
  let total = 0;
  for (let j = 0; j < logits.length; j++) total += Math.exp(logits[j]! - most);
  const logTotal = most + Math.log(total);
  const logProbs = Float64Array.from(logits, (logit) => logit - logTotal);
  // A token that is masked out (-Infinity) has p log p = 0.
  let entropy = 0;
  for (const logP of logProbs) if (logP > Number.NEGATIVE_INFINITY) entropy -= Math.exp(logP) * logP;
  const gradient = logProbs.map((logP) =>
    logP > Number.NEGATIVE_INFINITY ? -Math.exp(logP) * (logP + entropy) : 0,
  );
  return { entropy, gradient };
}

function dot(a: Float64Array, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== 0) sum += a[i]! * b[i]!;
  return sum;
}
