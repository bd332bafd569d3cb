import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changedFields,
  draftOf,
  FORM_FIELDS,
  formField,
  MAX_SEEDS,
  readDraft,
  readServerMessage,
  resetFields,
  searchFields,
} from '../../../../app/runs/new/form-model.ts';
import { PRESET_NAMES, presetConfig } from '../../../../server/contract/presets.ts';
import { FIELD_NAMES } from '../../../../server/contract/run-config.ts';

const base = presetConfig('quick');

describe('the form generated from the schema', () => {
  it('has one control for every field', () => {
    expect(FORM_FIELDS.map(({ name }) => name)).toEqual(FIELD_NAMES);
    expect(formField('stepLimit').control).toEqual({ kind: 'number', integer: true, range: '1 to 200' });
    expect(formField('learningRate').control).toMatchObject({ integer: false, range: 'above 0, at most 1' });
    expect(formField('estimator').control).toMatchObject({ kind: 'choice' });
    expect(formField('valueHeads').control).toEqual({ kind: 'choice', options: ['1', '2', '3'] });
    expect(formField('taskTypes').control.kind).toBe('checkboxes');
    expect(formField('evaluationStepLimits').control.kind).toBe('number-list');
    expect(formField('renaming').control.kind).toBe('switch');
  });

  it.each(PRESET_NAMES)('shows preset %s and reads it back unchanged', (preset) => {
    const config = presetConfig(preset);
    const reading = readDraft(draftOf(config), config);
    expect(reading).toEqual({ ok: true, configs: [config], errors: [] });
    expect(changedFields(draftOf(config), config)).toEqual([]);
  });
});

describe('reading a draft', () => {
  it('names every wrong field at once and keeps what was typed', () => {
    const draft = { ...draftOf(base), gamma: '1e-', stepLimit: '900', layers: '', iterations: '2.5' };
    const reading = readDraft(draft, base);
    expect(reading.ok).toBe(false);
    expect(Object.fromEntries(reading.errors.map(({ field, message }) => [field, message]))).toMatchObject({
      gamma: '“1e-” is not a number',
      layers: 'needs a number',
      stepLimit: 'must be at most 200',
      iterations: 'must be a whole number',
    });
    expect(draft.gamma).toBe('1e-');
  });

  it('reports rules between fields at the field, even while another field is wrong', () => {
    const draft = { ...draftOf(base), width: '66', gamma: 'x', format: 'flat' };
    const fields = readDraft(draft, base).errors.map(({ field }) => field);
    expect(fields).toEqual(['format', 'heads', 'gamma']);
  });

  it('speaks of a wrong value once, not in every rule that has to do with it', () => {
    const { errors } = readDraft({ ...draftOf(base), iterations: '-5', learningRate: '0' }, base);
    expect(errors).toEqual([
      { field: 'iterations', message: 'must be at least 1' },
      { field: 'learningRate', message: 'must be above 0' },
    ]);
  });

  it('makes one config a seed, apart by name', () => {
    const reading = readDraft({ ...draftOf(base), seed: '1, 2 3', name: 'trial' }, base);
    expect(reading.configs.map(({ seed, name }) => [seed, name])).toEqual([
      [1, 'trial seed 1'],
      [2, 'trial seed 2'],
      [3, 'trial seed 3'],
    ]);
  });

  it('refuses doubled, too many and missing seeds', () => {
    const message = (seed: string) => readDraft({ ...draftOf(base), seed }, base).errors[0]?.message;
    expect(message('1,1')).toContain('twice');
    expect(message(Array.from({ length: MAX_SEEDS + 1 }, (_, i) => i).join(','))).toContain('at most');
    expect(message(' ')).toContain('at least one');
  });

  it('refuses an empty choice of task types', () => {
    expect(readDraft({ ...draftOf(base), taskTypes: [] }, base).errors.map(({ field }) => field)).toEqual([
      'taskTypes',
    ]);
  });

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIELD_NAMES), fc.string(), (name, text) => {
        const control = formField(name).control.kind;
        if (control === 'switch' || control === 'checkboxes') return;
        const reading = readDraft({ ...draftOf(base), [name]: text }, base);
        expect(reading.ok).toBe(reading.errors.length === 0);
      }),
    );
  });
});

describe('changes from the base', () => {
  it('compares meaning, not letters', () => {
    expect(changedFields({ ...draftOf(base), learningRate: '1e-3', seed: ' 1 ' }, base)).toEqual([]);
    expect(changedFields({ ...draftOf(base), taskTypes: [...base.taskTypes].reverse() }, base)).toEqual([]);
    expect(changedFields({ ...draftOf(base), kappa: '1', seed: '1,2' }, base)).toEqual(['seed', 'kappa']);
  });

  it('resets only the fields named', () => {
    const draft = { ...draftOf(base), kappa: '1', gamma: '0.5' };
    expect(changedFields(resetFields(draft, ['kappa'], base), base)).toEqual(['gamma']);
  });
});

describe('search within fields', () => {
  it('finds by title, description and unit; nothing typed shows all', () => {
    expect(searchFields('kappa').flatMap(({ fields }) => fields.map(({ name }) => name))).toEqual([
      'kappa',
      'kappaRamp',
    ]);
    expect(searchFields('dual clip').flatMap(({ fields }) => fields.map(({ name }) => name))).toEqual([
      'dualClip',
    ]);
    expect(searchFields('').flatMap(({ fields }) => fields)).toHaveLength(FIELD_NAMES.length);
    expect(searchFields('no such thing')).toEqual([]);
  });
});

describe('messages of the server', () => {
  it('go to the fields they name, with what follows', () => {
    expect(
      readServerMessage('heads: must divide the width (64); games: no real games here; choose auto'),
    ).toEqual({
      errors: [
        { field: 'heads', message: 'must divide the width (64)' },
        { field: 'games', message: 'no real games here; choose auto' },
      ],
      rest: '',
    });
  });

  it('stay whole when they name none', () => {
    expect(readServerMessage('the queue is full; try later')).toEqual({
      errors: [],
      rest: 'the queue is full; try later',
    });
  });
});
