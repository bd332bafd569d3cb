import { MlflowLink } from './_home/mlflow-link.tsx';
import { RunsHome } from './runs/_list/runs-home.tsx';

/** The way in: the runs, or what this is while there are none. */
export default function Page() {
  return (
    <>
      <MlflowLink />
      <RunsHome />
    </>
  );
}
