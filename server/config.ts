import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from './contract/error.ts';
import { readEndpointKeys } from './endpoint-keys.ts';
import { parseHost } from './http/origin.ts';
import { HOW_TO_MAKE_A_SECRET, isGuessable } from './http/secret-strength.ts';
import { modelsFolder } from './rl/model/folder/models-folder.ts';
import { tensorflowSettings } from './rl/tensor/tensorflow/settings.ts';

/** Hosts that only this machine reaches. */
export const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '::1'];

/** What no child process gets to know, unless it is given to it by name. */
export const WITHOUT_SECRETS = {
  HIPER_SECRET: undefined,
  HIPER_ENDPOINT_KEYS: undefined,
  HIPER_WEBHOOK: undefined,
  DATABASE_URL: undefined,
} as const;

/** `''` counts as absent, as it does in every shell script that passes variables on. */
const optional = z.string().transform((text) => (text === '' ? undefined : text));

const environmentSchema = z.object({
  HIPER_HOST: z.string().min(1).default('127.0.0.1'),
  HIPER_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  HIPER_DATA: z.string().min(1).default('./data'),
  HIPER_MODELS: optional.optional(),
  DATABASE_URL: z
    .string()
    .regex(
      /^postgres(ql)?:\/\//,
      'must be a postgres:// or postgresql:// URL; leave it out for the embedded one',
    )
    .optional(),
  HIPER_ENGINE: z.enum(['auto', 'onnxruntime', 'tensorflow', 'cpu']).default('auto'),
  HIPER_TENSORFLOW: optional.optional(),
  HIPER_SLOTS: z.coerce.number().int().min(1, 'must be at least 1').max(256).optional(),
  ALFWORLD_DATA: optional.optional(),
  WEBSHOP_DATA: optional.optional(),
  HIPER_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .refine((secret) => !isGuessable(secret), `is too easy to guess: ${HOW_TO_MAKE_A_SECRET}`)
    .optional(),
  HIPER_ALLOWED_HOSTS: optional.optional(),
  HIPER_ENDPOINT_HOSTS: optional.optional(),
  HIPER_ENDPOINT_KEYS: optional.optional(),
  HIPER_REMOTE_HOSTS: optional.optional(),
  HIPER_WEBHOOK: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      'must be an https:// or http:// address',
    )
    .optional(),
  HIPER_WEBHOOK_HOSTS: optional.optional(),
  HIPER_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
});

/** Everything the environment decides, checked once at boot. */
export interface ServerConfig {
  host: string;
  port: number;
  /** Absolute. */
  dataFolder: string;
  /** Where language models lie; absolute. */
  modelsFolder: string;
  /** Absent: PGlite under the data folder. */
  databaseUrl: string | undefined;
  engine: 'auto' | 'onnxruntime' | 'tensorflow' | 'cpu';
  /** Runs that may train at once on this machine. */
  slots: number;
  cores: number;
  /** Threads of one trainer whose config says 0. */
  threadsPerRun: number;
  alfworldData: string | undefined;
  webshopData: string | undefined;
  secret: string | undefined;
  /** Hosts (without scheme, with port where it is not the default) under which browsers may reach the server. */
  allowedHosts: string[];
  /** Hosts of chat endpoints that runs may ask; null: all. */
  endpointHosts: string[] | null;
  /** Keys of chat endpoints by host. */
  endpointKeys: ReadonlyMap<string, string>;
  /** Environment servers (host, with port or for all of its ports) that runs may call; null: any, since only this machine's users start runs. */
  remoteHosts: string[] | null;
  /** Where alerts and ends of runs are posted; a secret, as such addresses are. */
  webhook: string | undefined;
  /** Hosts of webhooks that may lie inside a network. */
  webhookHosts: string[];
  /** Proxies of ours in front, whose X-Forwarded-For is believed. */
  proxies: number;
}

/** Reads and checks the environment. Throws AppError `bad-input` naming every wrong variable. */
export function readConfig(environment: Record<string, string | undefined>): ServerConfig {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = environmentSchema.safeParse(present);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('bad-input', `The environment is not right. ${problems.join('; ')}`);
  }
  const given = result.data;
  tensorflowSettings({ HIPER_TENSORFLOW: given.HIPER_TENSORFLOW }); // trainers read it themselves; what is wrong with it is said here
  if (!LOOPBACK_HOSTS.includes(given.HIPER_HOST) && given.HIPER_SECRET === undefined)
    throw new AppError(
      'bad-input',
      `HIPER_HOST=${given.HIPER_HOST} lets other machines in: set HIPER_SECRET to a password of at least 16 characters (${HOW_TO_MAKE_A_SECRET}), or use 127.0.0.1`,
    );
  const isLocal = LOOPBACK_HOSTS.includes(given.HIPER_HOST);
  const cores = availableParallelism();
  const slots = given.HIPER_SLOTS ?? Math.max(1, cores);
  const port = given.HIPER_PORT ?? given.PORT ?? 3000;
  /** Hosts that runs may ask: all, where nobody but this machine's own people can launch one and nothing else is said. */
  const reachable = (name: 'HIPER_ENDPOINT_HOSTS' | 'HIPER_REMOTE_HOSTS') =>
    isLocal && given[name] === undefined ? null : readAllowedHosts(given[name] ?? '', name);
  return {
    host: given.HIPER_HOST,
    port,
    dataFolder: resolve(given.HIPER_DATA),
    modelsFolder: modelsFolder(given),
    databaseUrl: given.DATABASE_URL,
    engine: given.HIPER_ENGINE,
    slots,
    cores,
    threadsPerRun: Math.max(1, Math.floor(cores / slots)),
    alfworldData: folderOf(given.ALFWORLD_DATA),
    webshopData: folderOf(given.WEBSHOP_DATA),
    secret: given.HIPER_SECRET,
    allowedHosts: readAllowedHosts(given.HIPER_ALLOWED_HOSTS ?? ''),
    endpointHosts: reachable('HIPER_ENDPOINT_HOSTS'),
    endpointKeys: readEndpointKeys(given.HIPER_ENDPOINT_KEYS),
    remoteHosts: reachable('HIPER_REMOTE_HOSTS'),
    webhook: given.HIPER_WEBHOOK,
    webhookHosts: readAllowedHosts(given.HIPER_WEBHOOK_HOSTS ?? '', 'HIPER_WEBHOOK_HOSTS'),
    proxies: given.HIPER_PROXIES,
  };
}

function folderOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

/** The names in a list such as HIPER_ALLOWED_HOSTS. Throws AppError `bad-input` naming one that is none. */
export function readAllowedHosts(text: string, variable = 'HIPER_ALLOWED_HOSTS'): string[] {
  return text
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .replace(/^https?:\/\//, '')
        .replace(/\/$/, '')
        .toLowerCase(),
    )
    .filter((entry) => entry !== '')
    .map((entry) => {
      if (parseHost(entry)) return entry;
      throw new AppError(
        'bad-input',
        `${variable}: ${entry} is not the name of a server, e.g. lab.example or lab.example:8443`,
      );
    });
}
