'use client';
import { useState } from 'react';
import { ENVIRONMENT_FACTS } from '../../../server/contract/environments.ts';
import type { ReplayRequest } from '../../../server/contract/replays.ts';
import type { RunConfig, Split } from '../../../server/contract/run-config.ts';
import { Button } from '../../_ui/button.tsx';
import { Dialog, DialogClose } from '../../_ui/dialog.tsx';
import { NumberField } from '../../_ui/number-field.tsx';
import { Select } from '../../_ui/select.tsx';
import type { CurrentRun } from '../_run/run-model.ts';

const NUMBERS = [
  { name: 'episodes', label: 'Games', min: 1, max: 10_000, step: 1 },
  { name: 'stepLimit', label: 'Step limit', min: 1, max: 200, step: 1, unit: 'turns' },
  { name: 'temperature', label: 'Temperature', min: 0, max: 5, step: 'any', help: '0 is greedy.' },
] as const;

/** On what a checkpoint is evaluated; proposes what training does. */
export function EvaluateDialog({
  run,
  config,
  iteration,
  busy,
  onEvaluate,
  onClose,
}: {
  run: CurrentRun;
  config: RunConfig;
  iteration: number;
  busy: boolean;
  onEvaluate: (request: ReplayRequest) => void;
  onClose: () => void;
}) {
  const { evaluated } = ENVIRONMENT_FACTS[config.environment];
  const { evaluationGames, stepLimit, evaluationTemperature, games } = config;
  const [split, setSplit] = useState<Split>(evaluated[0]);
  const [texts, setTexts] = useState({
    episodes: String(evaluationGames),
    stepLimit: String(stepLimit),
    temperature: String(evaluationTemperature),
  });
  const played = run.facts?.games ?? (games === 'auto' ? 'generated' : games);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Evaluate iteration ${iteration}`}
      description="Plays the games of a split with this checkpoint, in a slot like a run. The same games and settings come out alike."
      footer={
        <>
          <DialogClose render={<Button>Go back</Button>} />
          <Button variant="primary" type="submit" form="evaluate-checkpoint" busy={busy}>
            Evaluate
          </Button>
        </>
      }
    >
      <form
        id="evaluate-checkpoint"
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          onEvaluate({
            iteration,
            split,
            games: played,
            episodes: Number(texts.episodes),
            stepLimit: Number(texts.stepLimit),
            temperature: Number(texts.temperature),
          });
        }}
      >
        <Select
          label="Split"
          value={split}
          onChange={setSplit}
          options={[...evaluated, 'train' as const].map((value) => ({ value, label: value }))}
        />
        {NUMBERS.map(({ name, ...facts }) => (
          <NumberField
            key={name}
            id={`evaluate-${name}`}
            facts={facts}
            value={texts[name]}
            onChange={(text) => setTexts({ ...texts, [name]: text })}
          />
        ))}
      </form>
    </Dialog>
  );
}
