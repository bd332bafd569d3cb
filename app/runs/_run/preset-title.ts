import { PRESETS } from '../../../server/contract/preset-list.ts';

/** Title of a preset; `custom` where a run has none. */
export function findPresetTitle(name: string | null): string {
  return PRESETS.find((preset) => preset.name === name)?.title ?? name ?? 'custom';
}
