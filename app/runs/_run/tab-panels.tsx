/** What is behind the tabs of the run page: each part is a script of its own, fetched when its tab is opened. */
import dynamic from 'next/dynamic';
import { patiently } from '../../_ui/ahead.ts';
import { Skeleton } from '../../_ui/skeleton.tsx';

const loading = () => <Skeleton className="h-80" />;

export const EpisodesPanel = dynamic(
  patiently(() => import('../_episodes/episodes-panel.tsx').then((module) => module.EpisodesPanel)),
  { loading },
);
export const TrainingPanel = dynamic(
  patiently(() => import('../_training/training-panel.tsx').then((module) => module.TrainingPanel)),
  { loading },
);
export const VariancePanel = dynamic(
  patiently(() => import('../_variance/variance-panel.tsx').then((module) => module.VariancePanel)),
  { loading },
);
export const VarianceReportView = dynamic(
  patiently(() => import('../_variance/variance-panel.tsx').then((module) => module.VarianceReportView)),
  { loading },
);
export const CheckpointsPanel = dynamic(
  patiently(() => import('../_checkpoints/checkpoints-panel.tsx').then((module) => module.CheckpointsPanel)),
  { loading },
);
export const EndpointFigures = dynamic(
  patiently(() => import('./endpoint-figures.tsx').then((module) => module.EndpointFigures)),
  { loading },
);
export const LogPanel = dynamic(
  patiently(() => import('./log-panel.tsx').then((module) => module.LogPanel)),
  {
    loading,
  },
);
export const ConfigTable = dynamic(
  patiently(() => import('./config-table.tsx').then((module) => module.ConfigTable)),
  {
    loading,
  },
);
export const ProvenancePanel = dynamic(
  patiently(() => import('./provenance-panel.tsx').then((module) => module.ProvenancePanel)),
  { loading: () => <Skeleton className="h-40" /> },
);
export const ParamsTable = dynamic(
  patiently(() => import('./params-table.tsx').then((module) => module.ParamsTable)),
  { loading },
);
export const NoteEditor = dynamic(
  patiently(() => import('./note-editor.tsx').then((module) => module.NoteEditor)),
  { loading: () => <Skeleton className="h-40" /> },
);
export const HistoryPanel = dynamic(
  patiently(() => import('./history-panel.tsx').then((module) => module.HistoryPanel)),
  { loading: () => <Skeleton className="h-40" /> },
);
