function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);
}

/** Colours and sizes are those of app/globals.css, whose file has another name in every build. */
const STYLE = `
@font-face { font-family: Geist; src: url(/login/geist.woff2) format("woff2"); font-weight: 100 900; font-display: swap }
:root {
  color-scheme: light; --canvas: #f6f7f8; --surface: #ffffff; --line: #dde1e5; --line-strong: #868f99; --ink: #14181d;
  --muted: #55606b; --accent: #2b58c9; --accent-strong: #21469f; --on-accent: #ffffff; --danger: #b42318;
  --danger-soft: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark; --canvas: #0e1114; --surface: #15191d; --line: #2b3138; --line-strong: #6f7a86; --ink: #e7eaed;
    --muted: #9ca6b1; --accent: #84a9ff; --accent-strong: #a9c3ff; --on-accent: #0b1530; --danger: #ff8a80;
    --danger-soft: #3d1b19;
  }
}
* { box-sizing: border-box }
body {
  display: grid; place-items: center; min-height: 100dvh; margin: 0; padding: 1rem; background: var(--canvas);
  color: var(--ink); font: 14px/1.45 Geist, system-ui, sans-serif;
}
main {
  width: min(22rem, 100%); padding: 1.5rem; background: var(--surface); border: 1px solid var(--line);
  border-radius: 8px;
}
header { display: flex; align-items: center; gap: .5rem; margin-bottom: 1rem }
h1 { margin: 0; font-size: 1.15rem; font-weight: 600 }
form { display: grid; gap: .75rem }
label { font-weight: 500 }
p { margin: 0 }
.hint { color: var(--muted) }
[role=alert] { padding: .5rem .75rem; border-radius: 6px; background: var(--danger-soft); color: var(--danger) }
input, button { width: 100%; padding: .5rem .65rem; border-radius: 6px; font: inherit }
input { border: 1px solid var(--line-strong); background: var(--surface); color: var(--ink) }
button { border: 0; background: var(--accent); color: var(--on-accent); font-weight: 500; cursor: pointer }
button:hover { background: var(--accent-strong) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`;

/** A page without scripts: it works before anything else is allowed to load. */
export function loginPage(next: string, problem: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · HiPER Lab</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<style>${STYLE}</style>
</head>
<body>
<main>
  <header><img src="/icon.svg" alt="" width="20" height="20"><h1>Log in to HiPER Lab</h1></header>
  <form method="post" action="/login">
    <label for="secret">Secret</label>
    <input id="secret" name="secret" type="password" autocomplete="current-password" required autofocus
      aria-describedby="hint">
    <p id="hint" class="hint">What HIPER_SECRET says where this server was started.</p>
    <input type="hidden" name="next" value="${escapeHtml(next)}">
    ${problem === '' ? '' : `<p role="alert">${escapeHtml(problem)}</p>`}
    <button>Log in</button>
  </form>
</main>
</body>
</html>`;
}
