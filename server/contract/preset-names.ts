export const PRESET_NAMES = [
  'tiny',
  'quick',
  'standard',
  'paper',
  'lm-tiny',
  'lm-quick',
  'lm-standard',
  'webshop-tiny',
  'webshop-quick',
  'webshop-standard',
  'sokoban-quick',
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** What people call them. Apart from what is in them, so that a page that only names them has no more to load. */
export const PRESET_TITLES: Readonly<Record<PresetName, string>> = {
  tiny: 'Tiny',
  quick: 'Quick',
  standard: 'Standard',
  paper: 'As published',
  'lm-tiny': 'Language, tiny',
  'lm-quick': 'Language, quick',
  'lm-standard': 'Language, standard',
  'webshop-tiny': 'WebShop, tiny',
  'webshop-quick': 'WebShop, quick',
  'webshop-standard': 'WebShop, standard',
  'sokoban-quick': 'Sokoban, quick',
};
