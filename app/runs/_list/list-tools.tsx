'use client';
import { CircleHelp } from 'lucide-react';
import { help } from '../../_keys/help.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Select } from '../../_ui/select.tsx';
import { SavedViews } from '../../_views/saved-views.tsx';
import { ColumnMenu } from './column-menu.tsx';
import { STATE_FILTERS } from './list-state.ts';

const STATE_TITLES = {
  all: 'All states',
  active: 'Active',
  finished: 'Finished',
  failed: 'Failed',
  cancelled: 'Cancelled',
  archived: 'Archived',
};

type StateFilter = (typeof STATE_FILTERS)[number];

/** What changes the list but for the words of the filter. */
export function ListTools({
  state,
  onState,
  hidden,
  onHidden,
}: {
  state: StateFilter;
  onState: (state: StateFilter) => void;
  hidden: readonly string[];
  onHidden: (hidden: string[]) => void;
}) {
  return (
    <>
      <Select
        label="State"
        hideLabel
        size="sm"
        value={state}
        onChange={onState}
        options={STATE_FILTERS.map((value) => ({ value, label: STATE_TITLES[value] }))}
      />
      <ColumnMenu hidden={hidden} onChange={onHidden} />
      <SavedViews page="/runs" />
      <IconButton label="Keys and filters" icon={<CircleHelp aria-hidden />} onClick={help.ask} />
    </>
  );
}
