// Watch: the page's one stream, whether it is there, and what to say while it is not.
import {showRegions} from './morph.js';
import {bothClocks, clock, now, serverSays, zoneName} from './times.js';

const SILENCE = 9000; // ms without a sign of life
const PATIENCE = 1500; // ms until a lost connection is worth a word
const FIRST = 300, LONGEST = 4000; // ms between two attempts

const address = document.body.dataset.live;
const live = document.getElementById('live');
const away = document.getElementById('away');

let stream = null, attempt = 0, timer = 0, heard = 0, since = 0, least = 0, behind = 0, refused = false, over = false;
let showing = Promise.resolve();

// Nothing older than one's own press is shown any more.
export function notBefore(position) {
  least = Math.max(least, Number(position) || 0);
}

function close() {
  clearTimeout(timer);
  stream?.close();
  stream = null;
}

function open() {
  close();
  if (document.hidden || over) return;
  heard = Date.now();
  stream = new EventSource(address);
  stream.addEventListener('alive', event => {
    const facts = JSON.parse(event.data);
    serverSays(facts.at);
    behind = facts.behind;
    hear();
  });
  stream.addEventListener('regions', event => {
    hear();
    if (Number(event.lastEventId) >= least) showing = showing.then(() => showRegions(event.data)).catch(console.error);
  });
  stream.addEventListener('gone', event => gone(JSON.parse(event.data).reason));
  stream.addEventListener('error', lose);
}

function hear() {
  heard = Date.now();
  attempt = 0;
  since = 0;
  refused = false;
  say();
}

function lose() {
  since ||= heard;
  close();
  const pause = Math.min(LONGEST, FIRST * 2 ** attempt++);
  timer = setTimeout(open, pause * (0.5 + Math.random() / 2));
  say();
}

// Asked once more: another page may have got a new session meanwhile.
function gone(reason) {
  over = refused;
  refused = true;
  if (!over) return lose();
  close();
  const again = document.createElement('a');
  again.href = location.href;
  again.textContent = 'Load it again';
  away.replaceChildren(`${reason} `, again);
  away.hidden = false;
  live.classList.remove('on');
  document.body.dataset.uiAway = '';
}

function say() {
  if (over) return;
  const lost = since && Date.now() - since > PATIENCE;
  live.classList.toggle('on', !since);
  live.textContent = since ? bothClocks(now()) : `Live · ${bothClocks(now())}${behind ? ` · ${behind} s behind` : ''}`;
  away.hidden = !lost;
  document.body.toggleAttribute('data-ui-away', Boolean(lost));
  if (!lost) return;
  const at = since + now() - Date.now();
  const text = `Not connected since ${clock(at)} ${zoneName(at)}; you see what was known then; trying again.`;
  if (away.textContent !== text) away.textContent = text;
}

function look() {
  if (stream && Date.now() - heard > SILENCE) lose();
  if (!document.hidden) say();
}

if (address) {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return close();
    since = 0;
    attempt = 0;
    open();
  });
  window.addEventListener('online', open);
  setInterval(look, 500);
  open();
}
