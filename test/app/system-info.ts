import type { SystemInfo } from '../../server/contract/views.ts';

/** A server on which nothing trains. */
export const SYSTEM_INFO: SystemInfo = {
  version: '0.1.0',
  commit: null,
  nodeVersion: '24.21.0',
  system: 'Linux 6.1 x64',
  processor: 'A processor',
  database: 'embedded',
  databaseAwaySince: null,
  stalled: [],
  webhook: null,
  dataFolder: '/data',
  modelsFolder: '/models',
  engine: { name: 'onnxruntime', reason: 'fastest here' },
  games: [],
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  residentBytes: { server: 1, trainers: 1 },
  queue: { slots: 2, running: 0, queued: 0 },
  training: [],
  load: {
    seconds: 45,
    delayMs: { median: 0.2, p99: 12.4, max: 1520 },
    serverCores: 0.125,
    machineShare: 0.62,
  },
  startedAt: 0,
};
