import { Hint } from '../_ui/hint.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { PUBLISHED_NOTES, PUBLISHED_ROWS } from './published.ts';

const MODELS = ['1.5B', '7B'] as const;

/** What the authors report, apart from everything measured here. */
export function PublishedResults() {
  return (
    <Panel title="Reported by the authors (Qwen2.5)" flush>
      <p className="border-b border-line px-3 py-2 text-muted">
        Copied from publications, not measured here, and never ranked with the runs above: other policies,
        prompts and step limits.
      </p>
      <Table caption="Results reported by the authors, Qwen2.5-Instruct, in percent">
        <thead>
          <tr>
            <Th>Method</Th>
            <Th numeric>ALFWorld success</Th>
            <Th numeric>
              <Hint text="Mean task score of WebShop, 0 to 100: partial matches count.">WebShop score</Hint>
            </Th>
            <Th numeric>WebShop success</Th>
            <Th>Measured by</Th>
            <Th>Source</Th>
          </tr>
        </thead>
        {MODELS.map((model) => (
          <tbody key={model}>
            <tr>
              <th
                scope="rowgroup"
                colSpan={6}
                className="border-b border-line bg-sunken px-3 py-1.5 text-left font-medium"
              >
                Qwen2.5-{model}-Instruct
              </th>
            </tr>
            {PUBLISHED_ROWS.filter((row) => row.model === model).map((row) => (
              <tr key={row.method}>
                <Td className={`whitespace-nowrap ${row.method === 'HiPER' ? 'font-semibold' : ''}`}>
                  {row.method}
                </Td>
                <Td numeric>{row.alfworldSuccess.toFixed(1)} %</Td>
                <Td numeric>{row.webshopScore.toFixed(1)}</Td>
                <Td numeric>{row.webshopSuccess.toFixed(1)} %</Td>
                <Td className="whitespace-nowrap text-muted">{ORIGINS[row.origin]}</Td>
                <Td className="whitespace-nowrap text-muted">{row.source}</Td>
              </tr>
            ))}
          </tbody>
        ))}
      </Table>
      <ul className="list-disc gap-x-10 py-3 pr-3 pl-8 text-[0.93rem] text-muted md:columns-2">
        {PUBLISHED_NOTES.map((note) => (
          <li key={note} className="mb-1 max-w-prose break-inside-avoid break-words">
            {note}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const ORIGINS = {
  own: 'the authors of HiPER',
  quoted: 'quoted from GiGPO',
  'own, WebShop quoted': 'HiPER; WebShop from GiGPO',
} as const;
