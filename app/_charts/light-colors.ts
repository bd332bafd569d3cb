/** Colours of the light theme by variable, from a style sheet's text: its first `:root` has them. */
export function readPalette(css: string): Map<string, string> {
  const block = /:root\s*\{([^}]*)\}/.exec(css)?.[1] ?? '';
  return new Map(
    [...block.matchAll(/(--[\w-]+)\s*:\s*([^;]+)/g)].map(([, name, value]) => [name!, value!.trim()]),
  );
}

/** `var(--name)` by a palette; other colours, and names it does not know, as they are. */
export function paletteColor(palette: ReadonlyMap<string, string>, color: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
  return (name && palette.get(name)) || color;
}

/** The light palette of this page, whatever theme it shows. Browser only. */
export function pagePalette(): Map<string, string> {
  for (const sheet of document.styleSheets)
    for (const rule of allRules(sheet.cssRules))
      if (
        rule instanceof CSSStyleRule &&
        rule.selectorText === ':root' &&
        rule.style.getPropertyValue('--run-0')
      )
        return readPalette(rule.cssText);
  return new Map();
}

function* allRules(rules: CSSRuleList): Generator<CSSRule> {
  for (const rule of rules) {
    yield rule;
    if ('cssRules' in rule) yield* allRules(rule.cssRules as CSSRuleList);
  }
}
