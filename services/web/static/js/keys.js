// Keys: single letters for what is on the page anyway; off in fields, and by a setting.
const FIXED = [['j', 'Next row'], ['k', 'Row before'], ['Enter', 'Open the row'], ['x', 'Select the row'],
  ['X', 'Select its whole group'], ['/', 'Jump to anything'], ['?', 'Show the keys'], ['Mod+Enter', 'Send the form that one writes in']];

const isOff = () => document.body.dataset.keys === 'off';
const isField = element => element.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
const isSeen = element => element.getClientRects().length > 0 && !element.disabled;
const rows = () => [...document.querySelectorAll('main .row, main [data-row]')].filter(isSeen);
const here = () => document.activeElement?.closest('.row, [data-row]');

function wordsOf(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll('kbd').forEach(one => one.remove());
  return copy.textContent;
}

function labelled(element) {
  return (element.getAttribute('aria-label') ?? wordsOf(element)).trim();
}

function elementFor(key) {
  const found = [...document.querySelectorAll('[data-key]')].filter(one => one.dataset.key === key && isSeen(one));
  return found.find(one => here()?.contains(one)) ?? found[0];
}

// Opens what a button hides, and goes to its first field.
function unfold(summary) {
  summary.click();
  const place = summary.parentElement;
  if (place.open) place.querySelector('select, textarea, input:not([type=hidden]), a, button')?.focus();
}

function fold(place) {
  place.open = false;
  place.querySelector('summary').focus();
}

function press(element) {
  if (isField(element)) element.focus();
  else if (element.tagName === 'SUMMARY') unfold(element);
  else element.click();
}

function move(by) {
  const all = rows();
  const at = all.indexOf(here());
  const row = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  const target = row?.querySelector('a.title') ?? row?.querySelector('a, button, input') ?? row;
  target?.focus();
  row?.scrollIntoView({block: 'nearest'});
  return Boolean(row);
}

function boxes(place) {
  return [...(place?.querySelectorAll('input[type=checkbox]') ?? [])];
}

function select(place, all) {
  const found = boxes(place);
  if (!found.length) return false;
  const to = !found.every(one => one.checked);
  for (const box of all ? found : found.slice(0, 1)) {
    box.checked = to;
    box.dispatchEvent(new Event('change', {bubbles: true}));
  }
  return true;
}

function list() {
  const dialog = document.getElementById('keys') ?? document.body.appendChild(Object.assign(document.createElement('dialog'), {id: 'keys'}));
  const title = Object.assign(document.createElement('h2'), {id: 'keys-title', textContent: 'Keys'});
  const table = document.createElement('dl');
  const known = [...document.querySelectorAll('[data-key]')].filter(isSeen).map(one => [one.dataset.key, labelled(one)]);
  for (const [key, does] of new Map([...FIXED, ...known])) {
    const term = document.createElement('dt');
    term.append(Object.assign(document.createElement('kbd'), {textContent: key}));
    table.append(term, Object.assign(document.createElement('dd'), {textContent: does}));
  }
  const close = Object.assign(document.createElement('button'), {textContent: 'Close', type: 'button'});
  close.addEventListener('click', () => dialog.close());
  dialog.setAttribute('aria-labelledby', 'keys-title');
  dialog.replaceChildren(title, table, close);
  dialog.showModal();
  return true;
}

const OURS = {
  j: () => move(1), k: () => move(-1), '?': list,
  x: () => select(here(), false), X: () => select(here()?.closest('.rows, tbody, ul, ol'), true),
};

document.addEventListener('keydown', event => {
  const {key, target} = event;
  if (event.defaultPrevented || event.isComposing || !(target instanceof Element)) return;
  if (key === 'Enter' && (event.ctrlKey || event.metaKey) && target.form) {
    event.preventDefault();
    target.form.requestSubmit();
    return;
  }
  const opened = key === 'Escape' && target.closest('details.act[open]');
  if (opened) fold(opened);
  if (isOff() || event.ctrlKey || event.metaKey || event.altKey || key.length > 1) return;
  if (isField(target) || document.querySelector('dialog[open]')) return;
  const element = elementFor(key);
  if (element) press(element);
  else if (!OURS[key]?.()) return;
  event.preventDefault();
});

// A link that selects every row of a form does it in place.
document.addEventListener('click', event => {
  const link = event.target.closest?.('a[data-select]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const found = [...document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(link.dataset.select)}"]`)];
  const to = !found.every(one => one.checked);
  for (const box of found) box.checked = to;
});
