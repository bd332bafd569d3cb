import { errorMessage } from '../../_trpc/error-message.ts';
import { ButtonLink } from '../../_ui/button.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { type EpisodePlace, runHref } from './episode-words.ts';

/** In place of an episode that could not be read. */
export function EpisodeProblem({ place, error }: { place: EpisodePlace; error: unknown }) {
  return (
    <ErrorState
      heading="h1"
      title="This episode did not load"
      message={errorMessage(error)}
      actions={<ButtonLink href={`${runHref(place)}?tab=episodes`}>Go to the episodes</ButtonLink>}
    />
  );
}
