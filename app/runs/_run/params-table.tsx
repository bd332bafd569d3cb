'use client';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { ForeignFacts } from '../../../server/contract/origin.ts';
import { formatCount } from '../../_charts/format.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { CopyButton } from '../../_ui/copy-button.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { Table, Td, Th } from '../../_ui/table.tsx';

/** What a run of another trainer says of itself, in place of a configuration; with its artifacts for the owner. */
export function ParamsTable({ runId, foreign }: { runId: string | null; foreign: ForeignFacts }) {
  const params = Object.entries(foreign.params).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[3fr_2fr]">
      <Panel
        title={`Params (${params.length})`}
        flush
        actions={<CopyButton text={() => JSON.stringify(foreign.params, null, 2)}>Copy as JSON</CopyButton>}
      >
        {params.length === 0 ? (
          <p className="p-3 text-muted">Its trainer has reported none.</p>
        ) : (
          <PairTable caption="Params of the run" pairs={params} />
        )}
      </Panel>
      {runId !== null && <OwnersPart runId={runId} />}
    </div>
  );
}

function PairTable({ caption, pairs }: { caption: string; pairs: readonly (readonly [string, string])[] }) {
  return (
    <Table caption={caption}>
      <tbody>
        {pairs.map(([name, value]) => (
          <tr key={name}>
            <th
              scope="row"
              className="border-b border-line px-3 py-1.5 text-left align-top font-normal wrap-anywhere text-muted"
            >
              {name}
            </th>
            <Td className="wrap-anywhere whitespace-pre-wrap">{value || '(empty)'}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** Tags, artifacts and the names of its metrics: not for share links. */
function OwnersPart({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data, error } = useQuery(trpc.runs.foreign.queryOptions({ id: runId }));
  if (error) return <p className="text-danger">{errorMessage(error)}</p>;
  if (!data) return <Skeleton className="h-48" />;
  const tags = Object.entries(data.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <div className="flex flex-col gap-3">
      <Panel title={`Artifacts (${data.artifacts.length})`} flush>
        {data.artifacts.length === 0 ? (
          <p className="p-3 text-muted">No files came with this run.</p>
        ) : (
          <Table caption="Artifacts of the run">
            <tbody>
              {data.artifacts.map(({ path, bytes }) => (
                <tr key={path}>
                  <Td className="wrap-anywhere">
                    <a
                      href={`/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`}
                      download={path.split('/').at(-1)}
                      className="inline-flex items-center gap-1.5 rounded text-accent hover:underline"
                    >
                      <Download aria-hidden className="size-4 shrink-0" />
                      {path}
                    </a>
                  </Td>
                  <Td numeric>{formatCount(bytes)} bytes</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Panel>
      {data.renamed.length > 0 && (
        <Panel title="Metrics under our names" flush>
          <Table caption="Metrics that the catalogue calls otherwise than the trainer">
            <thead>
              <tr>
                <Th>Here</Th>
                <Th>Logged as</Th>
              </tr>
            </thead>
            <tbody>
              {data.renamed.map(({ key, name }) => (
                <tr key={name}>
                  <Td className="wrap-anywhere">{key}</Td>
                  <Td className="wrap-anywhere">{name}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
      {tags.length > 0 && (
        <Panel title={`Tags (${tags.length})`} flush>
          <PairTable caption="Tags of the run" pairs={tags} />
        </Panel>
      )}
    </div>
  );
}
