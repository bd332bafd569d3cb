import { PRESET_TITLES } from '../../../server/contract/preset-names.ts';

/** Title of a preset; `custom` where a run has none. */
export function findPresetTitle(name: string | null): string {
  const titles: Readonly<Record<string, string>> = PRESET_TITLES;
  return name === null ? 'custom' : (titles[name] ?? name);
}
