/** What one may ask of a server; the pages keep below it, so that only others meet a refusal. */

/** Calls that one API request may hold. The pages' client splits larger batches. */
export const MOST_CALLS_AT_ONCE = 10;

/** The same for guests, whose pages ask for one thing at a time: their answers may be megabytes, and are made for anybody. */
export const MOST_CALLS_OF_GUEST = 3;

/** Largest body of a request, in bytes. 200 runs launched at once (MAX_RUNS_AT_ONCE) take about 0.4 MB. */
export const LARGEST_BODY_BYTES = 4_000_000;
/** All files of one import together. */
export const LARGEST_IMPORT_BYTES = 64_000_000;
/** So much of a body that is too large is still read, and dropped, so that its sender hears why before the connection closes. */
export const DROPPED_BODY_BYTES = 16_000_000;

/** Runs that one page may follow: twice what a comparison shows, since a page lets go of runs a little later. */
export const MOST_RUNS_WATCHED = 400;

/** What an integer column of the database holds. */
export const LARGEST_STORED_INTEGER = 2 ** 31 - 1;

/** Runs of one comparison: as many as a page follows live. */
export const MOST_COMPARED = 200;

/** Runs that one share link shows. */
export const MOST_SHARED = 50;

/** Runs that are tagged, starred or archived at once, and tags of one request. */
export const MOST_LABELLED = 1000;
export const MOST_TAGS = 20;
export const LONGEST_TAG = 40;

/** Characters of a run's name. */
export const LONGEST_NAME = 80;
