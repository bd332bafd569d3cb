import type { Provenance, ProvenanceEvent } from './provenance-event.ts';

/** From which iteration on a run was computed so; a run that was resumed elsewhere has several. */
export interface ProvenanceEntry extends Provenance {
  /** The last iteration before it. */
  iteration: number;
  /** When it began; epoch milliseconds. */
  time: number;
}

/** What stands in a row of the panel, in the diagnostics and in the log. */
export interface ProvenanceFact {
  title: string;
  text: string;
}

const SHOWN_DIGITS = 12;
const GIGABYTE = 2 ** 30;

/** A commit or fingerprint, as long as one reads to each other. */
const short = (hash: string) => hash.slice(0, SHOWN_DIGITS);

function describeCode({ version, commit, changes }: Provenance['code']): string {
  if (commit === null) return `HiPER Lab ${version}, commit unknown`;
  const state = changes === null ? 'clean' : `changed files ${short(changes)}`;
  return `HiPER Lab ${version}, commit ${short(commit)}, ${state}`;
}

function describeHost({ processor, cores, memoryBytes, gpus }: Provenance['host']): string {
  const memory = `${(memoryBytes / GIGABYTE).toFixed(1)} GB of memory`;
  return [`${cores} ${cores === 1 ? 'core' : 'cores'} of ${processor}`, memory, ...gpus].join(', ');
}

const DATA_TITLES: Record<keyof Provenance['data'], string> = {
  games: 'training games',
  words: 'words',
  model: 'model',
};

/** All of it in words, in an order that keeps. */
export function describeProvenance(provenance: Provenance): ProvenanceFact[] {
  const { code, node, packages, host, engine, threads, data } = provenance;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  const fingerprints = (Object.keys(DATA_TITLES) as (keyof Provenance['data'])[]).flatMap((name) => {
    const fingerprint = data[name];
    // The words of a policy have a name and a version of their own.
    const text = name === 'model' && fingerprint ? short(fingerprint) : fingerprint;
    return text === undefined ? [] : [`${DATA_TITLES[name]} ${text}`];
  });
  return [
    { title: 'Code', text: describeCode(code) },
    { title: 'Engine', text: `${engine}, ${threads} ${threads === 1 ? 'thread' : 'threads'}` },
    { title: 'Packages', text: [`Node ${node}`, ...versions.sort()].join(', ') },
    { title: 'Machine', text: describeHost(host) },
    {
      title: 'System',
      text: [
        [host.system, host.release].filter(Boolean).join(' '),
        host.container === null ? 'no container' : `container: ${host.container}`,
      ].join(', '),
    },
    { title: 'Data', text: fingerprints.length > 0 ? fingerprints.join(', ') : 'no fingerprints' },
  ];
}

/** What a later start does otherwise, in words; empty where nothing. */
export function provenanceChanges(before: Provenance, after: Provenance): string[] {
  const known = new Map(describeProvenance(before).map(({ title, text }) => [title, text]));
  return describeProvenance(after)
    .filter(({ title, text }) => known.get(title) !== text)
    .map(({ title, text }) => `${title}: ${text} (before: ${known.get(title)})`);
}

/** In order, without starts that are as the one before. */
export function distinctProvenance(entries: readonly ProvenanceEntry[]): ProvenanceEntry[] {
  return entries.filter((entry, index) => {
    const before = entries[index - 1];
    return before === undefined || provenanceChanges(before, entry).length > 0;
  });
}

/** The same for guests: without what an owner may have built himself, or given a name of his own. */
export function publicProvenance<T extends Provenance | ProvenanceEvent>(provenance: T): T {
  return { ...provenance, host: { ...provenance.host, release: '' } };
}
