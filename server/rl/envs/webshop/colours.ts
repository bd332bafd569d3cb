/** The colour words of the original (engine/normalize.py, MIT), in its order: the first that a text contains stands for it. */
const COLOURS = (
  'alabaster apricot aqua ash asphalt azure banana beige black blue blush bordeaux bronze brown burgundy camel camo caramel ' +
  'champagne charcoal cheetah chestnut chocolate christmas coffee cognac copper coral cranberry cream crystal dark denim ' +
  'eggplant elephant espresso fuchsia gold granite grape graphite grass gray green grey heather indigo ivory ivy khaki ' +
  'lavender lemon leopard light lilac lime magenta maroon mauve merlot midnight mint mocha multicolor mushroom mustard ' +
  'natural navy nude olive orange peach pewter pink plum purple rainbow red rose royal rust sand sapphire seashell silver ' +
  'skull slate steel stone stonewash sunflower tan taupe teal tiger turquoise violet walnut wheat white wine yellow'
).split(' ');

/** A text that names a colour becomes the colour, however it is embedded: `standard` is `tan`. */
export function normalizeColour(text: string): string {
  return COLOURS.find((colour) => text.includes(colour)) ?? text;
}

/** A (name, value) pair becomes a colour only when one of the two is exactly that; null otherwise. */
export function colourOfPair(name: string, value: string): string | null {
  return COLOURS.find((colour) => colour === name || colour === value) ?? null;
}
