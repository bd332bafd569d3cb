import { Hint } from '../../_ui/hint.tsx';

/** One number with its title, what it means on hover and focus, and what belongs to it in small print. */
export function Fact({
  title,
  help,
  value,
  detail,
}: {
  title: string;
  help: string;
  value: string;
  detail: string;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-[0.9rem] text-muted">
        <Hint text={help}>{title}</Hint>
      </dt>
      <dd>
        <span className="block text-lg leading-7 font-semibold">{value}</span>
        <span className="block min-h-5 text-[0.86rem] text-muted">{detail}</span>
      </dd>
    </div>
  );
}
