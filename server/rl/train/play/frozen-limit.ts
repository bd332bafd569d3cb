/** Bytes of what frozen layers make of rows that are kept at most (`FrozenStates`). */
export const FROZEN_BYTES = 1 << 30;
