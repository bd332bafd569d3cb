/**
 * What the authors report for HiPER and its baselines on Qwen2.5-Instruct: facts copied by hand, never ranked with runs
 * of this lab, whose policies, prompts and step limits differ.
 */
export interface PublishedRow {
  model: '1.5B' | '7B';
  method: string;
  /** Success on ALFWorld, all task types, in percent. */
  alfworldSuccess: number;
  /** WebShop, percent. */
  webshopScore: number;
  webshopSuccess: number;
  /** Measured by the authors of HiPER, or quoted by them from the GiGPO paper. */
  origin: 'own' | 'quoted' | 'own, WebShop quoted';
  source: string;
}

const REPOSITORY = 'README table and chart of the HiPER repository';
const NOTES = 'public notes on the paper';

export const PUBLISHED_ROWS: PublishedRow[] = [
  row('1.5B', 'ReAct, no training', 8.3, 25.1, 5.5, 'own', NOTES),
  row('1.5B', 'PPO', 68.2, 73.8, 51.5, 'own, WebShop quoted', REPOSITORY),
  row('1.5B', 'GRPO', 71.1, 75.8, 56.8, 'own, WebShop quoted', REPOSITORY),
  row('1.5B', 'GiGPO', 86.7, 83.5, 67.4, 'quoted', REPOSITORY),
  row('1.5B', 'HiPER', 95.3, 85.7, 71.4, 'own', REPOSITORY),
  row('7B', 'ReAct, no training', 14.1, 46.2, 19.5, 'own', NOTES),
  row('7B', 'PPO', 82.8, 81.4, 68.7, 'own, WebShop quoted', REPOSITORY),
  row('7B', 'GRPO', 85.4, 79.3, 66.1, 'own, WebShop quoted', REPOSITORY),
  row('7B', 'GiGPO', 90.8, 86.2, 75.2, 'quoted', REPOSITORY),
  row('7B', 'HiPER', 97.4, 92.2, 83.3, 'own', REPOSITORY),
];

/** Where the numbers come from and how far they may be trusted, in the words of the page. */
export const PUBLISHED_NOTES: string[] = [
  'Success rates: the table and bar chart in the README of the authors’ repository (github.com/JonP07/HiPER-agent) for arXiv 2602.16165. WebShop scores and the untrained rows: public notes on the paper, second hand.',
  'The authors’ own rows are multiples of 1/384, which fits 3 seeds × 128 validation episodes; no standard deviations are reported.',
  'GiGPO’s rows and the WebShop results of PPO and GRPO equal those of the GiGPO paper, so they are quoted there, not run again.',
  'The models are Qwen2.5-Instruct with 1.5 and 7 billion parameters, 50 steps an episode. Policies trained here are smaller by far and read a compact prompt: do not compare the two tables row by row.',
];

function row(
  model: PublishedRow['model'],
  method: string,
  alfworldSuccess: number,
  webshopScore: number,
  webshopSuccess: number,
  origin: PublishedRow['origin'],
  source: string,
): PublishedRow {
  return { model, method, alfworldSuccess, webshopScore, webshopSuccess, origin, source };
}
