import { ESTIMATOR_FACTS, type EstimatorName, groupSizeOf } from '../../../server/contract/estimators.ts';

/** What an estimator is and what it needs, in two or three sentences. */
export function describeEstimator(name: EstimatorName): string {
  const { title, description, heads, groups, teacher } = ESTIMATOR_FACTS[name];
  const levels = Object.keys(heads);
  const needs = [
    levels.length > 1
      ? `Learns up to ${levels.length} value heads.`
      : levels.length === 1
        ? 'Learns one value head.'
        : '',
    groups
      ? `Plays each game ${groupSizeOf({ estimator: name, groupSize: 0 })} times an iteration unless the group size says otherwise.`
      : '',
    teacher ? 'Asks the policy about every turn once more, with the answer in its prompt.' : '',
  ];
  return [`${title}. ${description}`, ...needs].filter(Boolean).join(' ');
}
