// Jump: one field for a reference, a title, a person, a service, and for what can be done here.
const PAUSE = 60; // ms after the last letter

let dialog = null, field, list, status, asked = 0, timer = 0, chosen = -1;

function make() {
  dialog = document.createElement('dialog');
  dialog.id = 'jump';
  dialog.setAttribute('aria-label', 'Jump to');
  field = Object.assign(document.createElement('input'), {type: 'text', autocomplete: 'off', spellcheck: false, id: 'jump-field'});
  for (const [name, value] of Object.entries({
    role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'jump-list', 'aria-autocomplete': 'list',
    'aria-label': 'Jump to an incident, a person, a service or an action',
  })) field.setAttribute(name, value);
  list = Object.assign(document.createElement('ul'), {id: 'jump-list'});
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Found');
  status = Object.assign(document.createElement('p'), {className: 'quiet'});
  status.setAttribute('role', 'status');
  dialog.append(field, list, status);
  document.body.append(dialog);
  field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  field.addEventListener('keydown', steer);
  list.addEventListener('click', event => go(event.target.closest('[role=option]')));
  dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
}

function actions(text) {
  const here = [...document.querySelectorAll('main [data-key], .bar [data-key]')].filter(one => one.getClientRects().length);
  return here.map(element => ({element, kind: 'Here', label: element.textContent.replace(/\s+\S$/, '').trim(), hint: element.dataset.key}))
    .filter(one => one.label.toLowerCase().includes(text.toLowerCase()));
}

async function ask() {
  const text = field.value.trim();
  const number = ++asked;
  const found = text ? actions(text) : actions('');
  let words = '';
  if (text) {
    try {
      const answer = await fetch(`/jump?q=${encodeURIComponent(text)}`, {headers: {Accept: 'application/json'}});
      if (!answer.ok) throw new Error(String(answer.status));
      found.unshift(...(await answer.json()).results);
    } catch {
      words = 'Tocsin cannot be reached; only what is on this page is listed.';
    }
  }
  if (number === asked) fill(found, words || (found.length ? '' : `Nothing is called “${text}”.`));
}

function fill(found, words) {
  list.replaceChildren(...found.map((one, place) => {
    const option = Object.assign(document.createElement('li'), {id: `jump-${place}`});
    option.setAttribute('role', 'option');
    option.goTo = one;
    const kind = Object.assign(document.createElement('span'), {className: 'quiet', textContent: `${one.kind} ${one.hint ?? ''}`});
    option.append(Object.assign(document.createElement('span'), {textContent: one.label}), ' ', kind);
    return option;
  }));
  status.textContent = words;
  choose(found.length ? 0 : -1);
}

function choose(place) {
  chosen = place;
  [...list.children].forEach((one, at) => one.setAttribute('aria-selected', String(at === place)));
  if (place < 0) return field.removeAttribute('aria-activedescendant');
  field.setAttribute('aria-activedescendant', `jump-${place}`);
  list.children[place].scrollIntoView({block: 'nearest'});
}

function go(option) {
  if (!option) return;
  const {href, element} = option.goTo;
  dialog.close();
  if (href) location.assign(href);
  else if (element.matches('input, textarea, select')) element.focus();
  else element.click();
}

function steer(event) {
  const count = list.children.length;
  if (event.isComposing || !count) return;
  if (event.key === 'ArrowDown') choose((chosen + 1) % count);
  else if (event.key === 'ArrowUp') choose((chosen - 1 + count) % count);
  else if (event.key === 'Enter') go(list.children[chosen]);
  else return;
  event.preventDefault();
}

export function jump() {
  if (!dialog) make();
  field.value = '';
  dialog.showModal();
  field.focus();
  ask();
}

document.addEventListener('keydown', event => {
  const mod = event.key === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const inField = event.target.matches?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
  const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !inField && document.body.dataset.keys !== 'off';
  if (event.defaultPrevented || !(mod || slash) || document.querySelector('dialog[open]')) return;
  event.preventDefault();
  jump();
});

// A link to /jump opens the field in place.
document.addEventListener('click', event => {
  const link = event.target.closest?.('a[href="/jump"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  jump();
});
