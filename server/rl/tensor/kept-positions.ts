/**
 * Attention weights of longer rows are computed again for the gradient: kept from the forward pass, those of all layers would
 * be the larger part of a training step's memory, and grow with the square of the length.
 */
export const KEPT_POSITIONS = 512;
