/** Puts the cursor into the first search box in sight. False: the page has none. */
export function focusSearch(): boolean {
  const boxes = [...document.querySelectorAll<HTMLInputElement>('main input[type=search]')];
  const box = boxes.find((candidate) => candidate.checkVisibility());
  box?.focus();
  return box !== undefined;
}
