/** Where one can go from every page; `g` and the key of a page go there. */
export const PAGES = [
  { href: '/runs', title: 'Runs', key: 'r' },
  { href: '/compare', title: 'Compare', key: 'c' },
  { href: '/leaderboard', title: 'Leaderboard', key: 'l' },
  { href: '/statistics', title: 'Statistics', key: 's' },
  { href: '/reports', title: 'Reports', key: 'p' },
  { href: '/shares', title: 'Shares', key: 'h' },
  { href: '/keys', title: 'Keys', key: 'k' },
  { href: '/system', title: 'System', key: 'y' },
];

export const NEW_RUN = { href: '/runs/new', title: 'New run', key: 'n' };
