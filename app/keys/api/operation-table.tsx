'use client';
import { useState } from 'react';
import { Badge } from '../../_ui/badge.tsx';
import { Table, Td, Th } from '../../_ui/table.tsx';
import type { ShownOperation } from './operations.ts';

/** Operations of one noun: how each is called, what it does, who may. */
export function OperationTable({
  caption,
  operations,
}: {
  caption: string;
  operations: readonly ShownOperation[];
}) {
  return (
    <Table caption={caption}>
      <thead>
        <tr>
          <Th>Call</Th>
          <Th>What it does</Th>
          <Th>Scope</Th>
        </tr>
      </thead>
      <tbody>
        {operations.map(({ operationId, method, path, summary, description, access, input, answer }) => (
          <tr key={operationId} className="align-top">
            <Td className="min-w-64 font-mono text-[0.86rem] break-all">
              <span className="text-muted">{method}</span> {path}
            </Td>
            <Td className="min-w-72">
              {summary}
              {description && <p className="text-muted">{description}</p>}
              {input && <SchemaDetails title="Input" schema={input} />}
              {answer && <SchemaDetails title="Answer" schema={answer} />}
            </Td>
            <Td>
              <Badge>{access}</Badge>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const schemaClasses = 'mt-1 mb-2 max-h-96 overflow-auto rounded-md bg-sunken px-3 py-2 text-[0.86rem]';

/** A JSON schema, folded; its text is made when it is unfolded. */
export function SchemaDetails({ title, schema }: { title: string; schema: object }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="w-fit cursor-pointer text-accent hover:underline">{title}</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <pre tabIndex={0} className={schemaClasses}>
          {JSON.stringify(schema, null, 2)}
        </pre>
      )}
    </details>
  );
}
