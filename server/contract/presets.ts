import type { RunConfig, RunConfigInput } from './fields/fields.ts';
import { presets } from './preset-list.ts';
import type { PresetName } from './preset-names.ts';
import { parseRunConfig } from './run-config.ts';

export { PRESETS } from './preset-list.ts';
export { PRESET_NAMES, type PresetName } from './preset-names.ts';
export { PUBLISHED_TRACES } from './published-traces.ts';

/** The config of a preset with some fields changed. Throws AppError `bad-input` naming wrong fields. */
export function presetConfig(name: PresetName, changes: RunConfigInput = {}): RunConfig {
  return parseRunConfig({ ...presets[name].fields, ...changes });
}
