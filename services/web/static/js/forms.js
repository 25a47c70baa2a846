// Forms: sent without leaving the page, again and again until the server has answered. The form's
// own id makes all of these one press; nothing is said to be taken before the server says so.
import {showPage} from './morph.js';
import {say} from './say.js';
import {clock, now, zoneName} from './times.js';
import {notBefore} from './watch.js';

const PAUSE = 2000; // ms between two attempts
const PATIENCE = 10000; // ms for an answer
const AGAIN = new Set([429, 502, 503, 504]);
const ON_THE_PAGE = new Set([200, 409, 412, 422]);

const unsent = new Map(); // by what is sent: when it was pressed

const wait = ms => new Promise(resolve => { setTimeout(resolve, ms); });

function sayUnsent() {
  const place = document.getElementById('unsent');
  const first = Math.min(...[...unsent.values()].filter(Boolean));
  place.hidden = !Number.isFinite(first);
  if (place.hidden) return;
  const ack = [...unsent.keys()].some(one => one.includes('/acknowledgement'));
  place.textContent = `Not sent yet. Pressed at ${clock(first)} ${zoneName(first)}; sent again every 2 s while this page is open.`
    + ` Pressing twice counts once.${ack ? ' The digit in the SMS or in the call works as well.' : ''}`;
}

function sayRefused(text) {
  const place = document.getElementById('refused');
  place.textContent = text;
  place.hidden = false;
}

async function attempt(action, body) {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(action, {method: 'POST', body, signal, headers: {Accept: 'text/html'}});
    return AGAIN.has(answer.status) ? null : {answer, text: await answer.text()};
  } catch {
    return null;
  }
}

async function delivered(action, body) {
  const key = `${action} ${body}`;
  if (unsent.has(key)) return null; // pressed twice: it counts once
  const pressed = now();
  unsent.set(key, 0);
  try {
    for (;;) {
      const found = await attempt(action, body);
      if (found) return found;
      unsent.set(key, pressed);
      sayUnsent();
      await wait(PAUSE);
    }
  } finally {
    unsent.delete(key);
    sayUnsent();
  }
}

// The words of a page that only says why not.
function wordsOf(text) {
  const found = /<main[^>]*>([\s\S]*)<\/main>/i.exec(text)?.[1] ?? '';
  const plain = found.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim();
  const entities = {amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'"};
  return plain.replace(/&(amp|lt|gt|quot|#34|#39);/g, (_, name) => entities[name]);
}

async function show(form, {answer, text}) {
  const url = new URL(answer.url);
  if (answer.redirected && url.pathname !== location.pathname) return location.assign(url);
  if (!ON_THE_PAGE.has(answer.status)) return sayRefused(wordsOf(text) || 'It was not taken. Load the page again.');
  notBefore(url.searchParams.get('after_position'));
  if (answer.ok) form.reset();
  const folded = answer.ok ? form.closest('details.act') : null;
  if (folded) {
    if (folded.contains(document.activeElement)) folded.querySelector('summary').focus();
    folded.open = false;
  }
  await showPage(text);
  const wrong = document.querySelector('[aria-invalid="true"]');
  if (!answer.ok) (wrong ?? document.getElementById('main')).focus();
  const notice = document.querySelector('#notices .notice:not([hidden])');
  if (notice) say(notice.textContent.trim());
  lookAgain(url, answer);
}

// What is stored and not yet carried out: the page says after how many seconds to look again.
function lookAgain(url, answer) {
  const seconds = Number(answer.headers.get('Refresh'));
  if (seconds) setTimeout(() => look(url), seconds * 1000);
}

async function look(url) {
  const answer = await fetch(url, {headers: {Accept: 'text/html'}}).catch(() => null);
  if (!answer?.ok) return void setTimeout(() => look(url), PAUSE);
  await showPage(await answer.text());
  lookAgain(url, answer);
}

async function send(form, submitter) {
  const action = submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? location.href;
  const body = new URLSearchParams(new FormData(form, submitter));
  form.toggleAttribute('data-ui-busy', true);
  document.getElementById('refused').hidden = true;
  const found = await delivered(action, body);
  form.removeAttribute('data-ui-busy');
  if (found) await show(form, found);
}

document.addEventListener('submit', event => {
  const form = event.target;
  const isPost = (event.submitter?.formMethod || form.getAttribute('method') || '').toLowerCase() === 'post';
  if (event.defaultPrevented || !isPost || form.enctype === 'multipart/form-data' || 'plain' in form.dataset) return;
  event.preventDefault();
  send(form, event.submitter);
});

window.addEventListener('beforeunload', event => {
  if ([...unsent.values()].some(Boolean)) event.preventDefault();
});
