import { ButtonLink } from './_ui/button.tsx';
import { EmptyState } from './_ui/empty-state.tsx';

export default function NotFound() {
  return (
    <EmptyState
      heading="h1"
      title="There is no such page"
      actions={<ButtonLink href="/runs">Go to the runs</ButtonLink>}
    >
      The address may be mistyped, or what it showed has been deleted.
    </EmptyState>
  );
}
