/** Path of a run's bundle; `?checkpoint=1` takes its last checkpoint along. */
export const bundlePath = (runId: string): string => `/api/export/${runId}.bundle.tar.gz`;
export const BUNDLE_IMPORT_PATH = '/api/import/bundle';

/** Whether a file's name is that of a bundle, or of any archive that could be one. */
export const isBundleName = (name: string): boolean => /\.(tar\.gz|tgz)$/i.test(name);
