'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Rocket } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useCallback, useMemo, useState } from 'react';
import { type Resolver, useForm, useWatch } from 'react-hook-form';
import { FIELD_NAMES } from '../../../server/contract/fields/names.ts';
import type { FieldGroup, FieldName, RunConfig } from '../../../server/contract/run-config.ts';
import type { SweepPlan } from '../../../server/contract/sweep-plan.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { Button } from '../../_ui/button.tsx';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { SearchInput } from '../../_ui/input.tsx';
import { toast } from '../../_ui/toast.tsx';
import { compareHref } from '../../compare/compare-href.ts';
import { BasePicker } from './base-picker.tsx';
import { FieldGroupSection } from './field-group.tsx';
import {
  changedFields,
  type Draft,
  draftOf,
  formField,
  readServerMessage,
  resetFields,
  searchFields,
  type VariedField,
} from './form-model.ts';
import { FITTED_TO, fitChoices, isShown, type LaunchBase, rebase } from './launch-state.ts';
import { LaunchSummary } from './launch-summary.tsx';
import { SectionNav } from './section-nav.tsx';
import { readSweep } from './sweep-model.ts';
import { FIRST_OPTIONS } from './sweep-options.ts';
import { SweepPanel } from './sweep-panel.tsx';

/** A checkpoint of a run. */
interface ForkPoint {
  id: string;
  iteration: number;
}

/** The launch form: what is typed lives in react-hook-form, everything shown is derived from it. */
export function LaunchForm({
  initial,
  original,
  fork,
  onBaseChange,
}: {
  initial: LaunchBase;
  /** The run being cloned, if any. */
  original: LaunchBase | undefined;
  /** The checkpoint to go on from, if any. */
  fork: ForkPoint | null;
  onBaseChange: (base: LaunchBase) => void;
}) {
  const [base, setBase] = useState(initial);
  const [search, setSearch] = useState('');
  const [openGroups, setOpenGroups] = useState<ReadonlySet<FieldGroup>>(new Set());
  const [varied, setVaried] = useState<VariedField[]>([]);
  const [typedOptions, setOptions] = useState(FIRST_OPTIONS);
  // Runs that go on from a checkpoint are launched as they are.
  const options = fork ? FIRST_OPTIONS : typedOptions;
  const resolver: Resolver<Draft> = (draft) => {
    const reading = readSweep(draft, varied, base.config, options);
    if (reading.ok) return { values: draft, errors: {} };
    const errors = Object.fromEntries(
      reading.errors.map(({ field, message }) => [field, { type: 'value', message }]),
    );
    return { values: {}, errors };
  };
  const form = useForm<Draft>({
    defaultValues: draftOf(initial.config),
    resolver,
    mode: 'onChange',
    shouldFocusError: false,
  });
  const draft = useWatch({ control: form.control }) as Draft;

  const reading = useMemo(
    () => readSweep(draft, varied, base.config, options),
    [draft, varied, base, options],
  );
  const changed = useMemo(() => {
    const fields = new Set([...varied.map(({ field }) => field), ...changedFields(draft, base.config)]);
    return [...fields];
  }, [draft, varied, base]);
  const found = useMemo(() => searchFields(search), [search]);
  const errors = new Map<FieldName, string>();
  for (const [name, error] of Object.entries(form.formState.errors))
    if (error?.type === 'server') errors.set(name as FieldName, String(error.message));
  for (const { field, message } of reading.errors) errors.set(field, message);
  // Whoever searches finds all fields.
  const isListed = ({ name }: { name: FieldName }) => search !== '' || isShown(name, draft, varied, errors);
  const groups = found
    .map(({ group, fields }) => ({ group, fields: fields.filter(isListed) }))
    .filter(({ fields }) => fields.length > 0);

  const setDraft = (next: Draft) => form.reset(next, { keepDefaultValues: true });
  const { data: models } = useQuery(useTRPC().models.list.queryOptions());
  /** Another estimator may need another format, another policy a model and a context, another model fewer layers, another environment its own of all that. */
  const onEdited = useCallback(
    (name: FieldName) => {
      if (!FITTED_TO.includes(name)) return;
      const before = form.getValues();
      const fitting = fitChoices(before, models);
      for (const other of FIELD_NAMES)
        if (fitting[other] !== before[other]) form.setValue(other, fitting[other], { shouldValidate: true });
    },
    [form, models],
  );
  const chooseBase = (next: LaunchBase) => {
    setDraft(fitChoices(rebase(form.getValues(), base.config, next.config), models));
    setBase(next);
    onBaseChange(next);
  };
  const focusField = (name: FieldName) => {
    setSearch(isShown(name, draft, varied, errors) ? '' : name);
    if (formField(name).advanced) setOpenGroups((open) => new Set(open).add(formField(name).group));
    // After the section has opened.
    requestAnimationFrame(() => {
      const row = document.getElementById(`field-${name}-row`);
      row?.scrollIntoView({ block: 'center' });
      row
        ?.querySelector<HTMLElement>('input:checked, input:not([type=radio]), [role=switch], [role=checkbox]')
        ?.focus({ preventScroll: true });
    });
  };
  const launch = useLaunch({
    preset: base.preset,
    fork,
    onServerErrors: (message) => {
      const found = readServerMessage(message);
      for (const { field, message: text } of found.errors)
        form.setError(field, { type: 'server', message: text });
      const first = found.errors[0];
      if (first) focusField(first.field);
      return found.errors.length > 0 && !found.rest;
    },
  });
  const submit = () => {
    if (reading.ok) launch.start(reading.configs, reading.plan);
    else if (reading.problem) document.getElementById(`sweep-${reading.problem.option}`)?.focus();
    else if (reading.errors[0]) focusField(reading.errors[0].field);
  };
  const runs = reading.ok ? reading.configs.length : 1;
  const launchButton = (
    <Button
      type="submit"
      form="launch-form"
      variant="primary"
      busy={launch.busy}
      icon={<Rocket aria-hidden className="size-4" />}
      className="w-full"
    >
      {launchWords(runs, reading.plan)}
    </Button>
  );

  return (
    <form
      id="launch-form"
      noValidate
      // Enter in a text box, the search box among them, must not launch hours of training.
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className="grid gap-x-6 gap-y-4 pb-16 lg:grid-cols-[10rem_minmax(0,1fr)_20rem] lg:pb-0"
    >
      <div className="lg:col-span-2">
        <BasePicker base={base} original={original} onChoose={chooseBase} kept={changed.length} />
      </div>
      <SectionNav groups={groups.map(({ group }) => group)} changed={changed} errors={errors} />
      <div className="flex min-w-0 flex-col gap-4">
        <SearchInput
          label="Search fields"
          placeholder="Search fields, e.g. discount"
          value={search}
          onChange={setSearch}
        />
        {search === '' && (
          <SweepPanel
            varied={varied}
            onChange={setVaried}
            errors={errors}
            options={options}
            onOptions={setOptions}
            problem={reading.problem}
            plan={reading.plan}
            isFork={fork !== null}
          />
        )}
        {groups.map(({ group, fields }) => (
          <FieldGroupSection
            key={group}
            group={group}
            fields={fields}
            unfolded={search !== ''}
            open={openGroups.has(group)}
            onOpenChange={(open) =>
              setOpenGroups((current) => {
                const next = new Set(current);
                if (open) next.add(group);
                else next.delete(group);
                return next;
              })
            }
            control={form.control}
            onEdited={onEdited}
            base={base.config}
            draft={draft}
            varied={varied}
            changed={changed}
            errors={errors}
          />
        ))}
        {groups.length === 0 && (
          <EmptyState
            title="No field matches"
            actions={<Button onClick={() => setSearch('')}>Show all fields</Button>}
          >
            Nothing in names, descriptions or units contains “{search}”.
          </EmptyState>
        )}
      </div>
      <LaunchSummary
        base={base}
        configs={reading.configs}
        plan={reading.plan}
        errors={[...errors].map(([field, message]) => ({ field, message }))}
        changed={changed}
        draft={draft}
        varied={varied}
        onFocusField={focusField}
        onReset={(names) => {
          setDraft(fitChoices(resetFields(form.getValues(), names, base.config), models));
          setVaried(varied.filter(({ field }) => !names.includes(field)));
        }}
        problem={launch.problem}
        launchButton={launchButton}
      />
    </form>
  );
}

function launchWords(runs: number, plan: SweepPlan | null): string {
  if (plan?.halving) return `Launch ${plan.configs.length / plan.seeds.length} configurations`;
  return runs > 1 ? `Launch ${runs} runs` : 'Launch';
}

/** Launches all runs or, if one is wrong, none. */
function useLaunch({
  preset,
  fork,
  onServerErrors,
}: {
  preset: string | null;
  fork: ForkPoint | null;
  /** Shows what the server said at its fields; true if that was all. */
  onServerErrors: (message: string) => boolean;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const launchAll = useMutation(trpc.runs.launchAll.mutationOptions());
  const forkRun = useMutation(trpc.runs.fork.mutationOptions());
  const launchSweep = useMutation(trpc.sweeps.launch.mutationOptions());
  const [busy, setBusy] = useState(false);

  const start = async (configs: RunConfig[], plan: SweepPlan | null) => {
    setBusy(true);
    setProblem(null);
    try {
      if (plan && !fork) {
        const { id } = await launchSweep.mutateAsync({ ...plan, preset });
        router.push(`/sweeps/${id}`);
        return;
      }
      const { ids } = fork
        ? await forkRun.mutateAsync({ ...fork, configs })
        : await launchAll.mutateAsync({ configs, preset });
      router.push(ids.length === 1 ? `/runs/${ids[0]}` : compareHref(ids));
    } catch (error) {
      const message = errorMessage(error);
      setProblem(onServerErrors(message) ? null : message);
      toast.error('Not launched', message);
      setBusy(false);
    } finally {
      void queryClient.invalidateQueries(trpc.runs.list.pathFilter());
    }
  };
  return { start, busy, problem };
}
