'use client';
import { useState } from 'react';
import { Badge } from '../../_ui/badge.tsx';
import type { ShownOperation } from './operations.ts';

/** Operations of one noun: how each is called, what it does, who may. Columns are as wide in every list. */
export function OperationList({
  label,
  operations,
}: {
  label: string;
  operations: readonly ShownOperation[];
}) {
  return (
    <ul aria-label={label}>
      {operations.map(({ operationId, method, path, summary, description, access, input, answer }) => (
        <li
          key={operationId}
          className="grid gap-x-4 gap-y-1 border-b border-line px-3 py-2 last:border-0 md:grid-cols-[20rem_minmax(0,1fr)_9rem]"
        >
          <code className="font-mono text-[0.86rem] wrap-anywhere">
            <span className="text-muted">{method}</span> {path}
          </code>
          <div className="min-w-0">
            <p>{summary}</p>
            {description && <p className="text-muted">{description}</p>}
            {input && <SchemaDetails title="Input" schema={input} />}
            {answer && <SchemaDetails title="Answer" schema={answer} />}
          </div>
          <div>
            <Badge>{access}</Badge>
          </div>
        </li>
      ))}
    </ul>
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
