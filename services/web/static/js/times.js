// Times: durations that run, "you" for whoever looks, and the zone of this device.
const UNITS = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];

let ahead = 0; // of the server's clock, in ms

export const now = () => Date.now() + ahead;

export function serverSays(instant) {
  ahead = Date.parse(instant) - Date.now();
}

// By the two largest units, as the server writes it: 7 min 12 s, 1 h 07 min, 16 h.
export function lasted(seconds) {
  const left = Math.max(0, Math.round(seconds));
  const place = UNITS.findIndex(([unit, length]) => left >= length || unit === 's');
  const [unit, length] = UNITS[place];
  const number = Math.floor(left / length);
  if (unit === 's') return `${number} s`;
  const [smaller, below] = UNITS[place + 1];
  const rest = Math.floor((left % length) / below);
  return rest ? `${number} ${unit} ${String(rest).padStart(2, '0')} ${smaller}` : `${number} ${unit}`;
}

const zone = () => document.body.dataset.zone || 'UTC';

export function clock(at, inZone = zone()) {
  const shape = {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: inZone};
  return new Intl.DateTimeFormat('en-GB', shape).format(at);
}

export function zoneName(at, inZone = zone()) {
  const parts = new Intl.DateTimeFormat('en-GB', {timeZone: inZone, timeZoneName: 'longOffset'}).formatToParts(at);
  const offset = parts.find(one => one.type === 'timeZoneName').value.slice(3); // after "GMT"
  return 'UTC' + offset.replace(/^[+-]00:00$/, '').replace(/^([+-])0/, '$1').replace(/:00$/, '');
}

// 05:21:08 UTC+2 · 03:21:08 UTC, or the latter alone.
export function bothClocks(at) {
  const utc = `${clock(at, 'UTC')} UTC`;
  const here = `${clock(at)} ${zoneName(at)}`;
  return here === utc ? utc : `${here} · ${utc}`;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function run() {
  const at = now();
  for (const one of document.querySelectorAll('time[data-since]')) write(one, lasted((at - Date.parse(one.dateTime)) / 1000));
  for (const one of document.querySelectorAll('time[data-until]')) write(one, lasted((Date.parse(one.dateTime) - at) / 1000));
}

// A sentence begins where nothing, or a full stop, stands before the name.
function begins(element) {
  const before = element.previousSibling?.textContent.trimEnd() ?? '';
  return before === '' || /[.·:]$/.test(before);
}

function sayYou() {
  const me = document.body.dataset.me;
  for (const one of document.querySelectorAll('[data-person]')) if (one.dataset.person === me) write(one, begins(one) ? 'You' : 'you');
}

function switchZone() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const wanted = zone() === 'UTC' ? own : '';
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `tocsin_zone=${wanted}; path=/; max-age=${wanted ? 31536000 : 0}; samesite=lax${secure}`;
  location.reload();
}

const button = document.getElementById('zone');
if (button) {
  button.hidden = false;
  button.addEventListener('click', switchZone);
}
document.addEventListener('tocsin:shown', () => { run(); sayYou(); });
setInterval(run, 1000);
run();
sayYou();
