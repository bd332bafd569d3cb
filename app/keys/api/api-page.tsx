'use client';
import { useQuery } from '@tanstack/react-query';
import { FileJson } from 'lucide-react';
import { useQueryState } from 'nuqs';
import { OPENAPI_PATH } from '../../../server/contract/openapi.ts';
import type { OpenApiDocument } from '../../../server/openapi/types.ts';
import { buttonClasses } from '../../_ui/button.tsx';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { SearchInput } from '../../_ui/input.tsx';
import { awaitContent, useContentShown } from '../../_ui/later.ts';
import { PageHeader } from '../../_ui/page-header.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { OperationList, SchemaDetails } from './operation-list.tsx';
import { findOperations, operationsByTag } from './operations.ts';

async function readDocument(): Promise<OpenApiDocument> {
  const response = await fetch(OPENAPI_PATH).catch(() => {
    throw new Error('The server did not answer. Check that it is running.');
  });
  if (!response.ok) throw new Error((await response.text()).trim());
  return response.json();
}

awaitContent();

/** The http API for people: every operation with its scope and input. */
export function ApiPage() {
  const [find, setFind] = useQueryState('q', { defaultValue: '', throttleMs: 200 });
  const { data, isPending, error, refetch } = useQuery({
    queryKey: ['openapi'],
    queryFn: readDocument,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useContentShown(!isPending);
  const shown = data ? findOperations(operationsByTag(data), find) : [];
  return (
    <>
      <PageHeader
        title="HTTP API"
        description="What programs may ask of this server, with the scope that a key needs for it; admin goes for all. Inputs of a GET travel as JSON in the address (?input=…), those of a POST in the body."
        actions={
          <a href={OPENAPI_PATH} className={buttonClasses()}>
            <FileJson aria-hidden className="size-4" />
            OpenAPI document
          </a>
        }
      />
      {isPending ? (
        <Skeleton className="h-96" />
      ) : error ? (
        <ErrorState message={error.message} onRetry={() => void refetch()} />
      ) : (
        <div className="flex flex-col gap-4">
          <SearchInput
            label="Find operations"
            value={find}
            onChange={(text) => void setFind(text)}
            className="max-w-80"
          />
          {shown.length === 0 && (
            <EmptyState title="No operation has these words">Clear the box to see all.</EmptyState>
          )}
          {shown.map(([tag, operations]) => (
            <Panel key={tag} title={tag} flush>
              <OperationList label={`Operations: ${tag}`} operations={operations} />
            </Panel>
          ))}
          <Panel title="What inputs and answers refer to">
            {Object.entries(data.components.schemas ?? {}).map(([name, schema]) => (
              <SchemaDetails key={name} title={name} schema={schema as object} />
            ))}
          </Panel>
        </div>
      )}
    </>
  );
}
