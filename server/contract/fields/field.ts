import { z } from 'zod';
import type { FieldGroup } from './groups.ts';

/** How a field is shown in the launch form, `--help` and the docs; kept in the schema itself. */
export interface FieldMeta {
  title: string;
  group: FieldGroup;
  /** Unit of the number, e.g. `episodes`; absent for plain numbers and choices. */
  unit?: string;
  /** Shown only when asked for: most people never change it. */
  advanced?: boolean;
}

export const integer = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum);
export const share = () => z.number().min(0).max(1);

/** Attaches title, group and unit to a field. */
export function field<T extends z.ZodType>(schema: T, description: string, meta: FieldMeta): T {
  return schema.meta({ description, ...meta }) as T;
}
