/** What menus, lists and tips that come up over the page look like. */
export const popupClasses =
  'rounded-md border border-line bg-raised text-ink shadow-popup outline-none transition-opacity ' +
  'data-starting-style:opacity-0 data-ending-style:opacity-0';
