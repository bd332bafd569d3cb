import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AppError } from '../../contract/error.ts';
import { Comparison } from './golden-compare.ts';
import { flatSections } from './golden-flat.ts';
import { checkMaskCase, checkProjectionCase } from './golden-format.ts';
import { checkHaeCase } from './golden-hae.ts';
import { lossSections } from './golden-losses.ts';

/** What became of one file. */
export interface GoldenReport {
  passed: number;
  failed: { id: string; differences: string[] }[];
  /** Sections nobody can check yet. */
  unchecked: { section: string; cases: number }[];
}

type Check = (golden: never, comparison: Comparison) => void;

/** How the cases of each section are checked. */
const sections: Record<string, Check> = {
  cases: checkHaeCase,
  maskCases: checkMaskCase,
  projectionCases: checkProjectionCase,
  ...flatSections,
  ...Object.fromEntries(
    Object.entries(lossSections).map(([kind, check]) => [`losses.${kind}`, check as Check]),
  ),
};

/** Checks every section of a parsed golden file (golden/README.md); sections may be missing. */
export function checkGolden(file: Record<string, unknown>): GoldenReport {
  const report: GoldenReport = { passed: 0, failed: [], unchecked: [] };
  for (const [section, content] of Object.entries(file)) {
    if (section === 'losses' && isRecord(content)) {
      for (const [kind, cases] of Object.entries(content)) checkSection(report, `losses.${kind}`, cases);
    } else if (Array.isArray(content)) {
      checkSection(report, section, content);
    }
  }
  return report;
}

function checkSection(report: GoldenReport, section: string, cases: unknown): void {
  if (!Array.isArray(cases)) return;
  const check = sections[section];
  if (!check) {
    report.unchecked.push({ section, cases: cases.length });
    return;
  }
  cases.forEach((golden: unknown, index) => {
    const comparison = new Comparison();
    try {
      check(golden as never, comparison);
    } catch (error) {
      comparison.differences.push(error instanceof Error ? error.message : String(error));
    }
    const { differences } = comparison;
    if (differences.length === 0) report.passed++;
    else report.failed.push({ id: nameCase(section, golden, index), differences });
  });
}

function nameCase(section: string, golden: unknown, index: number): string {
  if (!isRecord(golden)) return `${section}[${index}]`;
  const { id, name, position } = golden;
  if (typeof id === 'string') return id;
  if (typeof name === 'string') return `${section}[${index}] ${name}${position ? ` (${position})` : ''}`;
  return `${section}[${index}]`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readGolden(path: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new AppError('bad-file', `${path}: ${error instanceof Error ? error.message : error}`);
  }
  if (!isRecord(content))
    throw new AppError('bad-file', `${path}: expected an object with sections of golden cases`);
  return content;
}

function main(): void {
  const { positionals } = parseArgs({ allowPositionals: true });
  if (positionals.length === 0)
    throw new AppError('bad-input', 'usage: npm run -s golden -- FILE.json [FILE.json ...]');
  let passed = 0;
  let failed = 0;
  for (const path of positionals) {
    const report = checkGolden(readGolden(path));
    if (report.passed + report.failed.length + report.unchecked.length === 0) {
      throw new AppError('bad-file', `${path}: no section of golden cases in it`);
    }
    for (const { id, differences } of report.failed) {
      const more = differences.length > 3 ? ` (and ${differences.length - 3} more)` : '';
      console.log(`FAILED ${id}: ${differences.slice(0, 3).join('; ')}${more}`);
    }
    for (const { section, cases } of report.unchecked) {
      console.log(`section ${section}: ${cases} cases not checked (no check built yet)`);
    }
    passed += report.passed;
    failed += report.failed.length;
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
