/** An episode of twelve turns in three segments: which sub-goal holds, where it switches, what is done. */
const SEGMENTS = [
  { goal: 'find a mug', actions: ['go to shelf 1', 'go to desk 1', 'take mug 1', 'close drawer 2'] },
  { goal: 'heat the mug', actions: ['go to microwave 1', 'open microwave 1', 'heat mug 1'] },
  { goal: 'put it on the desk', actions: ['go to desk 1', 'put mug 1'] },
];

const TURN = 88;
const LEFT = 96;
const ROWS = { switch: 22, high: 62, low: 106 };

/** What a segment is, drawn: the three levels over the turns of one episode. */
export function SegmentsFigure() {
  const turns = SEGMENTS.reduce((sum, { actions }) => sum + actions.length, 0);
  const width = LEFT + turns * TURN + 76;
  let turn = 0;
  const placed = SEGMENTS.map((segment) => {
    const first = turn;
    turn += segment.actions.length;
    return { ...segment, first };
  });
  return (
    <figure className="mt-6 overflow-x-auto rounded-lg border border-line bg-surface p-3">
      <svg
        role="img"
        aria-label="An episode of nine turns cut into three segments. At each turn the switch level keeps the sub-goal or starts a new segment; the high level holds one sub-goal a segment; the low level acts each turn. The reward comes at the end."
        viewBox={`0 0 ${width} 150`}
        className="block w-full min-w-[62rem] text-[12px]"
        fill="var(--ink)"
      >
        <text x="0" y={ROWS.switch + 4} fill="var(--level-switch)" fontWeight="600">
          switch
        </text>
        <text x="0" y={ROWS.high + 4} fill="var(--level-high)" fontWeight="600">
          sub-goal
        </text>
        <text x="0" y={ROWS.low + 4} fill="var(--level-low)" fontWeight="600">
          action
        </text>
        {placed.map(({ goal, actions, first }) => {
          const x = LEFT + first * TURN;
          return (
            <g key={goal}>
              <line x1={x - 3} x2={x - 3} y1="6" y2="132" stroke="var(--line-strong)" strokeDasharray="3 3" />
              <rect
                x={x + 2}
                y={ROWS.high - 14}
                width={actions.length * TURN - 8}
                height="28"
                rx="5"
                fill="none"
                stroke="var(--level-high)"
                strokeWidth="2"
              />
              <text x={x + (actions.length * TURN) / 2 - 2} y={ROWS.high + 4} textAnchor="middle">
                {goal}
              </text>
              {actions.map((action, index) => (
                <Turn key={action} action={action} x={x + index * TURN} isSwitch={index === 0} />
              ))}
            </g>
          );
        })}
        <text x={LEFT + turns * TURN + 8} y={ROWS.low + 4} fontWeight="600">
          reward 1
        </text>
      </svg>
      <figcaption className="mt-1 text-[0.93rem] text-muted">
        One episode in three segments. A flat method sees only the bottom row.
      </figcaption>
    </figure>
  );
}

function Turn({ action, x, isSwitch }: { action: string; x: number; isSwitch: boolean }) {
  const middle = x + TURN / 2 - 2;
  const [verb, ...rest] = action.split(' ');
  const object = rest.join(' ').replace(/^to /, '');
  return (
    <g>
      <circle
        cx={middle}
        cy={ROWS.switch}
        r="6"
        fill={isSwitch ? 'var(--level-switch)' : 'none'}
        stroke="var(--level-switch)"
        strokeWidth="2"
      />
      <rect x={x + 2} y={ROWS.low - 18} width={TURN - 8} height="38" rx="5" fill="var(--sunken)" />
      <text x={middle} y={ROWS.low - 3} textAnchor="middle" fill="var(--level-low)" fontWeight="600">
        {verb === 'go' ? 'go to' : verb}
      </text>
      <text x={middle} y={ROWS.low + 12} textAnchor="middle">
        {object}
      </text>
    </g>
  );
}
