/** What a matrix product is computed in: on tensor cores but for float32. */
export type Arithmetic = 'float32' | 'TF32' | 'bfloat16';

/**
 * NVIDIA's printed speeds, 10¹² dense operations a second; null: not found. The first name that fits counts.
 *
 * Checked on 2026-11-30, when none of NVIDIA's own pages could be found to read: these are what others copied from its data sheets.
 * - H200, H100 SXM and A100: glennklockwood.com/garden/processors/h100 and /A100, which cite NVIDIA's white papers and data sheet, and say
 *   that an H200 computes like an H100
 * - H100 of another form: gpu.blog/gpus/nvidia-h100-pcie has float32 alone that agrees with others (hmc-tech.com: 51.2)
 * - L40S: the table of a reseller, mullet.se (product 355414), with and without sparsity
 * - L4: float32 of fpsbench.com (30.29); TF32 of store.sourcecode.com, 120 with sparsity, so half of it
 * - RTX 4090: waredb.com/processor/nvidia-geforce-rtx-4090, float32 of others too
 */
const CARDS: [name: RegExp, speeds: Record<Arithmetic, number | null>][] = [
  [/H200|H100 (80GB HBM3|SXM)/, { float32: 66.9, TF32: 494.7, bfloat16: 989.4 }],
  [/H100/, { float32: 51, TF32: null, bfloat16: null }],
  [/A100/, { float32: 19.5, TF32: 156, bfloat16: 312 }],
  [/L40S/, { float32: 91.6, TF32: 183, bfloat16: 362.05 }],
  [/\bL4\b/, { float32: 30.3, TF32: 60, bfloat16: null }],
  [/RTX 4090/, { float32: 82.6, TF32: 82.6, bfloat16: 165.2 }],
];

/** A card's printed peak in GFLOP/s; null for one that is not listed, or of which it was not found. */
export function printedPeak(gpu: string | null, arithmetic: Arithmetic): number | null {
  const card = CARDS.find(([name]) => gpu !== null && name.test(gpu));
  const speed = card?.[1][arithmetic] ?? null;
  return speed === null ? null : 1000 * speed;
}

/** What the products of a way of HIPER_TENSORFLOW are computed in. */
export function arithmeticOf(settings: string): Arithmetic {
  if (settings.includes('bfloat16')) return 'bfloat16';
  return settings.includes('fast') ? 'TF32' : 'float32';
}
