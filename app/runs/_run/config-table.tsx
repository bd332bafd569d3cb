'use client';
import { explainOrigin } from '../../../server/contract/credit-origin.ts';
import { FIELD_DESCRIPTIONS } from '../../../server/contract/fields/descriptions.ts';
import { FIELD_FACTS } from '../../../server/contract/fields/facts.ts';
import { FIELD_GROUPS } from '../../../server/contract/fields/groups.ts';
import { FIELD_NAMES } from '../../../server/contract/fields/names.ts';
import { readsField } from '../../../server/contract/fields-read.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import { Badge } from '../../_ui/badge.tsx';
import { CopyButton } from '../../_ui/copy-button.tsx';
import { Hint } from '../../_ui/hint.tsx';
import { Switch } from '../../_ui/switch.tsx';
import type { RunViewState, SetRunViewState } from './view-state.ts';

const ALL_FIELDS = FIELD_NAMES.filter((name) => name !== 'name').map((name) => ({
  name,
  ...FIELD_FACTS[name],
  ...FIELD_DESCRIPTIONS[name],
}));

/** A value of the configuration as a reader writes it. */
function formatField(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).map(taskTypeTitle).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === '' ? '(empty)' : String(value);
}

/** Every field that the run reads, by group; those that are not at their default are marked. */
export function ConfigTable({
  config,
  view,
  setView,
}: {
  config: RunConfig;
  view: RunViewState;
  setView: SetRunViewState;
}) {
  const fields = ALL_FIELDS.filter(({ name }) => readsField(config, name));
  const isChanged = (field: (typeof fields)[number]) =>
    JSON.stringify(config[field.name]) !== JSON.stringify(field.default);
  const onlyChanged = view.fields === 'changed';
  const shown = onlyChanged ? fields.filter(isChanged) : fields;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-4">
        <Switch checked={onlyChanged} onChange={(on) => void setView({ fields: on ? 'changed' : 'all' })}>
          Only what differs from the defaults ({fields.filter(isChanged).length})
        </Switch>
        <span className="text-muted">
          {ALL_FIELDS.length - fields.length} fields without effect on this run are left out.
        </span>
        <span className="ml-auto">
          <CopyButton text={() => JSON.stringify(config, null, 2)}>Copy as JSON</CopyButton>
        </span>
      </div>
      {explainOrigin(config) && <p>{explainOrigin(config)}</p>}
      {shown.length === 0 && <p className="py-8 text-center text-muted">Everything is at its default.</p>}
      <div className="columns-1 gap-3 md:columns-2 xl:columns-3">
        {FIELD_GROUPS.map((group) => {
          const members = shown.filter((field) => field.group === group);
          if (members.length === 0) return null;
          return (
            <section
              key={group}
              aria-label={group}
              className="mb-3 break-inside-avoid rounded-lg border border-line bg-surface p-3"
            >
              <h2 className="mb-1 font-semibold">{group}</h2>
              <dl className="text-[0.93rem]">
                {members.map((field) => (
                  <div
                    key={field.name}
                    className="flex items-baseline gap-3 border-t border-line py-1 first:border-t-0"
                  >
                    <dt className="flex-1 text-muted">
                      <Hint text={field.description}>{field.title}</Hint>
                    </dt>
                    <dd className="min-w-0 text-right break-words">
                      {isChanged(field) && (
                        <Badge tone="accent" className="mr-2 whitespace-normal!">
                          default {formatField(field.default)}
                        </Badge>
                      )}
                      <span className="font-medium">{formatField(config[field.name])}</span>
                      {field.unit && <span className="text-muted"> {field.unit}</span>}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </div>
  );
}
