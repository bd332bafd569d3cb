import Link from 'next/link';
import type { EpisodeSummary } from '../../../server/contract/episode.ts';
import { groupSizeOf } from '../../../server/contract/estimators.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { formatValue } from '../../_charts/format.ts';
import { Panel } from '../../_ui/panel.tsx';
import { Table, Td, Th } from '../../_ui/table.tsx';
import { type EpisodePlace, lensHref } from '../_episodes/episode-words.ts';
import { explainGroup, type GameGroup } from './lens-groups.ts';

/** All episodes of the game in its iteration, what comparing them comes to, and the other games that something is stored of. */
export function GroupInspector({
  groups,
  own,
  episodes,
  config,
  place,
}: {
  groups: readonly GameGroup[];
  /** The episode looked at. */
  own: EpisodeSummary;
  /** Stored ones of its rollout. */
  episodes: readonly EpisodeSummary[];
  config: RunConfig;
  place: EpisodePlace;
}) {
  const size = groupSizeOf(config);
  const group = groups.find(({ number }) => number === Math.floor(own.index / size));
  if (!group || size < 2) return null;
  const stored = new Map([own, ...episodes].map((episode) => [episode.index, episode]));
  const games = Math.ceil(config.episodesPerIteration / size);
  const even = groups.filter(({ isEven }) => isEven).length;
  return (
    <Panel title={`The ${group.rewards.length} episodes of this game in iteration ${own.iteration}`} flush>
      <p className="px-3 py-2 text-[0.93rem]">
        Mean reward <b className="font-medium">{formatValue(group.mean, 'reward')}</b>, sample deviation{' '}
        <b className="font-medium">{formatValue(group.deviation, 'reward')}</b> (n = {group.rewards.length}).{' '}
        {explainGroup(group, config.estimator)}
      </p>
      <Table caption="Episodes of this game">
        <thead>
          <tr>
            <Th>Episode</Th>
            <Th numeric>Turns</Th>
            <Th numeric>Reward</Th>
            <Th numeric>Less the mean</Th>
            <Th numeric>In deviations</Th>
          </tr>
        </thead>
        <tbody>
          {group.rewards.map((reward, member) => (
            <Member
              // biome-ignore lint/suspicious/noArrayIndexKey: a group keeps its order
              key={member}
              group={group}
              member={member}
              isOwn={group.first + member === own.index}
              episode={stored.get(group.first + member)}
              place={place}
              reward={reward}
            />
          ))}
        </tbody>
      </Table>
      <p className="px-3 py-2 text-[0.93rem] text-muted">
        Stored episodes tell of {groups.length} of the {games} games of this iteration; in {even} of these all
        episodes brought the same reward. The run’s figure “Groups that teach nothing” counts all games of
        every iteration.
      </p>
      {groups.length > 1 && <OtherGroups groups={groups} own={group} stored={stored} place={place} />}
    </Panel>
  );
}

function Member({
  group,
  member,
  isOwn,
  episode,
  place,
  reward,
}: {
  group: GameGroup;
  member: number;
  isOwn: boolean;
  episode: EpisodeSummary | undefined;
  place: EpisodePlace;
  reward: number;
}) {
  const lead = reward - group.mean;
  return (
    <tr aria-current={isOwn || undefined} className={isOwn ? 'bg-accent-soft' : ''}>
      <Td>
        {episode ? (
          <EpisodeLink episode={episode} place={place} />
        ) : (
          <span className="text-muted">not stored</span>
        )}
        {isOwn && ' (this one)'}
      </Td>
      <Td numeric>{group.lengths[member]}</Td>
      <Td numeric>{formatValue(reward, 'reward')}</Td>
      <Td numeric>{formatValue(group.isEven ? 0 : lead, 'reward')}</Td>
      <Td numeric>{group.isEven ? '–' : formatValue(lead / group.deviation, 'reward')}</Td>
    </tr>
  );
}

function OtherGroups({
  groups,
  own,
  stored,
  place,
}: {
  groups: readonly GameGroup[];
  own: GameGroup;
  stored: ReadonlyMap<number, EpisodeSummary>;
  place: EpisodePlace;
}) {
  return (
    <Table caption="Other games of this iteration">
      <thead>
        <tr>
          <Th>Other game</Th>
          <Th>Stored</Th>
          <Th>Rewards</Th>
          <Th numeric>Mean</Th>
          <Th numeric>Deviation</Th>
        </tr>
      </thead>
      <tbody>
        {groups
          .filter((group) => group !== own)
          .map(({ number, first, rewards, mean, deviation, isEven }) => {
            const members = rewards.flatMap((_, member) => stored.get(first + member) ?? []);
            return (
              <tr key={number}>
                <Td className="wrap-anywhere">{members[0]?.gameId}</Td>
                <Td>
                  <span className="flex flex-wrap gap-x-2">
                    {members.map((episode) => (
                      <EpisodeLink key={episode.id} episode={episode} place={place} />
                    ))}
                  </span>
                </Td>
                <Td>{rewards.map((reward) => formatValue(reward, 'reward')).join(', ')}</Td>
                <Td numeric>{formatValue(mean, 'reward')}</Td>
                <Td numeric>{isEven ? '0: teaches nothing' : formatValue(deviation, 'reward')}</Td>
              </tr>
            );
          })}
      </tbody>
    </Table>
  );
}

function EpisodeLink({ episode, place }: { episode: EpisodeSummary; place: EpisodePlace }) {
  return (
    <Link href={lensHref(place, episode.id)} className="text-accent hover:underline">
      {episode.id}
    </Link>
  );
}
