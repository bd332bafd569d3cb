import { type Comparison, flattenMask } from './golden-compare.ts';
import {
  type Aggregation,
  aggregate,
  type KlKind,
  klPenalty,
  policyLoss,
  softmaxEntropy,
  valueLoss,
} from './losses.ts';
import { moments, whiten } from './normalize.ts';

type Rows = readonly (readonly number[])[];

interface PolicyCase {
  cfg: { clip_low: number; clip_high: number; clip_ratio_c: number; agg: Aggregation };
  in: { oldLogProb: Rows; logProb: Rows; advantages: Rows; mask: readonly string[] };
  out: { pgLoss: number; clipFrac: number; ppoKl: number; clipFracLower: number; gradLogProb: Rows };
}

interface ValueCase {
  cfg: { cliprange_value: number; agg: Aggregation };
  in: { vpreds: Rows; returns: Rows; values: Rows; mask: readonly string[] };
  out: { vfLoss: number; vfClipFrac: number; gradVpreds: Rows };
}

interface KlCase {
  kind: KlKind;
  in: { logProb: Rows; refLogProb: Rows };
  out: { kl: Rows; gradLogProb: Rows };
}

interface AggregationCase {
  agg: Aggregation;
  in: { loss: Rows; mask: readonly string[] };
  out: number;
}

interface WhitenCase {
  in: { x: Rows; mask: readonly string[] };
  out: { mean: number; var: number; whitened: Rows };
}

interface EntropyCase {
  in: { logits: Rows };
  out: readonly number[];
}

/** Kinds of `losses` in flat.json. */
export const lossSections = {
  policy({ cfg, in: input, out }: PolicyCase, comparison: Comparison): void {
    const { loss, clipFraction, lowerClipFraction, approximateKl, gradient } = policyLoss(
      {
        logProb: input.logProb.flat(),
        oldLogProb: input.oldLogProb.flat(),
        advantage: input.advantages.flat(),
      },
      readTokens(input.mask),
      { clipLow: cfg.clip_low, clipHigh: cfg.clip_high, dualClip: cfg.clip_ratio_c, aggregation: cfg.agg },
    );
    comparison.number('pgLoss', loss, out.pgLoss);
    comparison.number('clipFrac', clipFraction, out.clipFrac);
    comparison.number('clipFracLower', lowerClipFraction, out.clipFracLower);
    comparison.number('ppoKl', approximateKl, out.ppoKl);
    comparison.matrix('gradLogProb', gradient, out.gradLogProb);
  },

  value({ cfg, in: input, out }: ValueCase, comparison: Comparison): void {
    const { loss, clipFraction, gradient } = valueLoss(
      { value: input.vpreds.flat(), oldValue: input.values.flat(), target: input.returns.flat() },
      readTokens(input.mask),
      cfg.cliprange_value,
      cfg.agg,
    );
    comparison.number('vfLoss', loss, out.vfLoss);
    comparison.number('vfClipFrac', clipFraction, out.vfClipFrac);
    comparison.matrix('gradVpreds', gradient, out.gradVpreds);
  },

  kl({ kind, in: input, out }: KlCase, comparison: Comparison): void {
    const reference = input.refLogProb.flat();
    const tokens = input.logProb.flat().map((logProb, i) => klPenalty(kind, logProb, reference[i]!));
    comparison.vector(
      'kl',
      tokens.map(({ kl }) => kl),
      out.kl.flat(),
    );
    comparison.vector(
      'gradLogProb',
      tokens.map(({ gradient }) => gradient),
      out.gradLogProb.flat(),
    );
  },

  agg({ agg, in: input, out }: AggregationCase, comparison: Comparison): void {
    comparison.number('aggregate', aggregate(input.loss.flat(), readTokens(input.mask), agg), out);
  },

  whiten({ in: input, out }: WhitenCase, comparison: Comparison): void {
    const x = input.x.flat();
    const mask = flattenMask(input.mask);
    const { mean, variance } = moments(x, mask, true);
    comparison.number('mean', mean, out.mean);
    comparison.number('var', variance, out.var);
    comparison.matrix('whitened', whiten(x, mask), out.whitened);
  },

  entropy({ in: input, out }: EntropyCase, comparison: Comparison): void {
    comparison.vector(
      'entropy',
      input.logits.map((logits) => softmaxEntropy(logits).entropy),
      out,
    );
  },
};

function readTokens(mask: readonly string[]) {
  return { mask: flattenMask(mask), width: mask[0]?.length ?? 0 };
}
