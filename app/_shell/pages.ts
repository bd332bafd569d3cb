/** Where one can go from every page. */
export const PAGES = [
  { href: '/runs', title: 'Runs' },
  { href: '/compare', title: 'Compare' },
  { href: '/leaderboard', title: 'Leaderboard' },
  { href: '/statistics', title: 'Statistics' },
  { href: '/reports', title: 'Reports' },
  { href: '/shares', title: 'Shares' },
  { href: '/keys', title: 'Keys' },
  { href: '/system', title: 'System' },
];
