/** NVIDIA's printed speeds, 10¹² dense operations a second: float32, and products in TF32. The first name that fits counts. */
const CARDS: [name: RegExp, float32: number, tf32: number][] = [
  [/H200|H100 (80GB HBM3|SXM)/, 67, 494],
  [/H100/, 51, 378],
  [/A100/, 19.5, 156],
  [/L40S/, 91.6, 183],
  [/\bL4\b/, 30.3, 60],
  [/RTX 4090/, 82.6, 82.6],
];

/** A card's printed peak in GFLOP/s; null for one that is not listed. */
export function printedPeak(gpu: string | null, isTf32: boolean): number | null {
  const card = CARDS.find(([name]) => gpu !== null && name.test(gpu));
  return card ? 1000 * (isTf32 ? card[2] : card[1]) : null;
}
