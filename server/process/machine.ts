import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type ServerConfig, WITHOUT_SECRETS } from '../config.ts';
import type { SystemInfo } from '../contract/views.ts';
import { readCode } from '../rl/provenance/code.ts';

/** What a trainer finds on this machine. */
export type MachineReport = Pick<SystemInfo, 'engine' | 'games'>;

const PROBE_SCRIPT = fileURLToPath(new URL('./probe.ts', import.meta.url));
const PROBE_TIMEOUT_MS = 120_000;

/** Describes the machine from a process of its own: the server never loads a tensor library. */
export class Machine {
  readonly #environment: Record<string, string | undefined>;
  #report: Promise<MachineReport> | null = null;
  #commit: Promise<string | null> | null = null;

  constructor(config: Pick<ServerConfig, 'engine' | 'alfworldData' | 'webshopData'>) {
    this.#environment = {
      HIPER_ENGINE: config.engine,
      ALFWORLD_DATA: config.alfworldData,
      WEBSHOP_DATA: config.webshopData,
    };
  }

  /** Looks once; asked again after a failure. */
  describe(): Promise<MachineReport> {
    this.#report ??= this.#probe().catch((error: Error) => {
      this.#report = null;
      const reason = `The machine could not be looked at: ${error.message.split('\n')[0]}`;
      return { engine: { name: 'unknown', reason }, games: [] };
    });
    return this.#report;
  }

  /** The commit of the checkout this runs from, `-dirty` where its files differ; null where there is no checkout or no git. */
  commit(): Promise<string | null> {
    this.#commit ??= readCode().then(
      ({ commit, changes }) => commit && `${commit.slice(0, 12)}${changes === null ? '' : '-dirty'}`,
    );
    return this.#commit;
  }

  async #probe(): Promise<MachineReport> {
    const { stdout } = await promisify(execFile)(process.execPath, [PROBE_SCRIPT], {
      env: { ...process.env, ...this.#environment, ...WITHOUT_SECRETS },
      timeout: PROBE_TIMEOUT_MS,
      maxBuffer: 10_000_000,
    });
    // Libraries may greet on standard output; the report is its last line.
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as MachineReport;
  }
}
