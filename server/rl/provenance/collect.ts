import type { Provenance } from '../../contract/provenance-event.ts';
import { readCode } from './code.ts';
import { readHost } from './host.ts';
import { readPackages } from './packages.ts';

/** What this process computes with. Never fails: what cannot be found out is called unknown, or left out. */
export async function collectProvenance(
  known: Pick<Provenance, 'engine' | 'threads' | 'data'>,
): Promise<Provenance> {
  return {
    code: await readCode(),
    node: process.versions.node,
    packages: readPackages(),
    host: readHost(),
    ...known,
  };
}
