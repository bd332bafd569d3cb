import {
  type Block,
  buildMasks,
  findValuePositions,
  type PlanExecuteProjection,
  type Projection,
  projectFlat,
  projectPlanExecute,
} from '../agent/reference-format.ts';
import type { Comparison } from './golden-compare.ts';

/** One entry of `maskCases` in hae.json. */
export interface MaskCase {
  name: string;
  position: 'first' | 'later';
  pieces: readonly string[];
  L: number;
  withTags?: Record<Block, string>;
  contentOnly?: Record<Block, string>;
  isNewSubgoal: number;
  valueMask: { high: string; low: string; term: string };
}

/** One entry of `projectionCases` in hae.json. */
export interface ProjectionCase {
  text: string;
  alfworldFlat: GoldenProjection;
  webshopFlat: GoldenProjection;
  alfworldPlanExecute: GoldenProjection;
  webshopPlanExecute: GoldenProjection;
}

interface GoldenProjection {
  action: string;
  valid: number;
  subgoal?: string;
  switch?: string;
}

export function checkMaskCase(golden: MaskCase, comparison: Comparison): void {
  const { pieces, L: width } = golden;
  const masks = buildMasks(pieces);
  for (const block of ['action', 'subgoal', 'switch'] as const) {
    comparison.same(`withTags.${block}`, pad(masks.withTags[block], width), golden.withTags?.[block]);
    comparison.same(
      `contentOnly.${block}`,
      pad(masks.contentOnly[block], width),
      golden.contentOnly?.[block],
    );
  }
  comparison.same('isNewSubgoal', Number(masks.isNewSubgoal), golden.isNewSubgoal);
  const positions = findValuePositions(pieces, golden.position === 'first' || masks.isNewSubgoal);
  comparison.same('valueMask.low', oneAt(positions.low, width), golden.valueMask.low);
  comparison.same('valueMask.high', oneAt(positions.high, width), golden.valueMask.high);
  comparison.same('valueMask.term', oneAt(positions.switch, width), golden.valueMask.term);
}

export function checkProjectionCase(golden: ProjectionCase, comparison: Comparison): void {
  const { text } = golden;
  compareProjection('alfworldFlat', projectFlat(text, 'alfworld'), golden.alfworldFlat, comparison);
  compareProjection('webshopFlat', projectFlat(text, 'webshop'), golden.webshopFlat, comparison);
  const plans = { alfworldPlanExecute: 'alfworld', webshopPlanExecute: 'webshop' } as const;
  for (const name of ['alfworldPlanExecute', 'webshopPlanExecute'] as const) {
    const projection = projectPlanExecute(text, plans[name]);
    compareProjection(name, projection, golden[name], comparison);
    comparison.same(`${name}.subgoal`, projection.subgoal, golden[name].subgoal);
    comparison.same(`${name}.switch`, projection.switch, golden[name].switch);
  }
}

function compareProjection(
  name: string,
  actual: Projection | PlanExecuteProjection,
  expected: GoldenProjection,
  comparison: Comparison,
): void {
  comparison.same(`${name}.action`, actual.action, expected.action);
  comparison.same(`${name}.valid`, Number(actual.valid), expected.valid);
}

function pad(mask: Uint8Array, width: number): string {
  return mask.join('').padEnd(width, '0');
}

function oneAt(position: number | null, width: number): string {
  return Array.from({ length: width }, (_, i) => (i === position ? '1' : '0')).join('');
}
