'use client';
import { useQueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { AppRouter } from '../../server/api/root.ts';
import type { Report } from '../../server/contract/report.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { toast } from '../_ui/toast.tsx';
import { type DraftState, ReportDraft, type ReportServer, type SaveOutcome } from './report-draft.ts';

// Requests of their own: a write waits for nothing else.
const api = createTRPCClient<AppRouter>({ links: [httpLink({ url: '/api/trpc' })] });

/** Reports whose page was left before they could be saved, until somebody comes back to them. */
const unsaved = new Map<string, ReportDraft>();

function outcomeOf(error: unknown): SaveOutcome {
  const code = error instanceof TRPCClientError ? error.data?.code : undefined;
  if (code === 'CONFLICT') return { kind: 'conflict' };
  const isFinal = ['BAD_REQUEST', 'NOT_FOUND', 'PAYLOAD_TOO_LARGE'].includes(code);
  return { kind: isFinal ? 'refused' : 'away', message: errorMessage(error) };
}

/** The report as it is being written. `report` is what the server has; a newer one is taken in. */
export function useReportDraft(report: Report): DraftState & Pick<ReportDraft, 'change' | 'flush'> {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { id } = report;
  const [draft] = useState(() => {
    const known = unsaved.get(id);
    if (known) return known;
    const server: ReportServer = {
      save: (version, content) =>
        api.reports.save.mutate({ id, version, ...content }).then(
          (saved): SaveOutcome => {
            queryClient.setQueryData(
              trpc.reports.get.queryKey({ id }),
              (known) => known && { ...known, ...content, ...saved },
            );
            void queryClient.invalidateQueries(trpc.reports.list.pathFilter());
            return { kind: 'saved', ...saved };
          },
          (error: unknown) => outcomeOf(error),
        ),
      load: () => api.reports.get.query({ id }),
    };
    return new ReportDraft(report, server, (what) =>
      toast.info(
        'Changed elsewhere, too',
        `${what.join(' ')} was changed here and elsewhere: both versions are kept. Look over the report.`,
      ),
    );
  });
  const state = useSyncExternalStore(draft.subscribe, draft.getState, draft.getState);
  useEffect(() => draft.receive(report), [draft, report]);
  useEffect(() => {
    unsaved.delete(id);
    const isSaved = () => draft.getState().status === 'saved';
    const warn = (event: BeforeUnloadEvent) => {
      if (!isSaved()) event.preventDefault();
    };
    const save = () => void draft.flush();
    const leave = async () => {
      if (isSaved()) return;
      unsaved.set(id, draft);
      await draft.flush();
      const { problem } = draft.getState();
      if (problem === null) unsaved.delete(id);
      else toast.error('The report is not saved', `${problem} Go back to it: what you wrote is still there.`);
    };
    addEventListener('beforeunload', warn);
    document.addEventListener('visibilitychange', save);
    return () => {
      removeEventListener('beforeunload', warn);
      document.removeEventListener('visibilitychange', save);
      void leave();
    };
  }, [draft, id]);
  return { ...state, change: draft.change, flush: draft.flush };
}
