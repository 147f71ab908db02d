// Light, dark, or as the system says; remembered by this browser.

const NEXT = { system: 'light', light: 'dark', dark: 'system' };
const ICONS = { system: '◐', light: '☀', dark: '☾' };
const NAMES = { system: 'as the system says', light: 'light', dark: 'dark' };
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = [];
let choice = read();

function read() {
  try {
    const stored = localStorage.getItem('lockstep-theme');
    return stored in NEXT ? stored : 'system';
  } catch {
    return 'system'; // a browser that keeps nothing
  }
}

function apply() {
  const theme = choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
  document.documentElement.dataset.theme = theme;
  const button = document.getElementById('theme');
  button.setAttribute('aria-label', `Colours: ${NAMES[choice]}. Press to change.`);
  button.title = `Colours: ${NAMES[choice]}`;
  document.getElementById('theme-icon').textContent = ICONS[choice];
  for (const listener of listeners) listener();
}

export function begin() {
  document.getElementById('theme').addEventListener('click', () => {
    choice = NEXT[choice];
    try {
      localStorage.setItem('lockstep-theme', choice);
    } catch {
      // then it holds for this page alone
    }
    apply();
  });
  dark.addEventListener('change', apply);
  apply();
}

export function changed(listener) {
  listeners.push(listener);
}

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
