/** The look of a square button with an icon. */
export const iconButtonClasses =
  'inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted transition-colors ' +
  'hover:bg-sunken hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent ' +
  'disabled:cursor-not-allowed disabled:opacity-50 [&_svg]:size-4';
