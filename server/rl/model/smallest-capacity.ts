/** Places that a cache has at first, where there is room for as many. */
export const SMALLEST_CAPACITY = 256;
