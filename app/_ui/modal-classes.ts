export const backdropClasses =
  'fixed inset-0 z-40 bg-black/40 transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0';
export const modalClasses =
  'fixed top-1/2 left-1/2 z-40 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col ' +
  'rounded-lg border border-line bg-raised shadow-popup outline-none transition-opacity ' +
  'data-starting-style:opacity-0 data-ending-style:opacity-0';
