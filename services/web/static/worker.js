// Service worker: shows what is pushed, answers from there, and says when there is no connection.
// It keeps no page: an old incident shown as new is worse than none.

const PATIENCE = 8000; // ms for an answer
const PAUSE = 2000; // ms between two attempts
const ATTEMPTS = 3; // a browser ends a worker that takes longer
const LOUD = 4, QUIET = 2; // urgencies: from here on it may wake somebody up; up to here it makes no sound
const ANSWER = 'answer-';
const ICON = '/static/icons/icon-192.png', BADGE = '/static/icons/badge-96.png';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('push', event => event.waitUntil(take(messageIn(event.data))));
self.addEventListener('notificationclick', event => event.waitUntil(pressed(event)));
self.addEventListener('pushsubscriptionchange', event => event.waitUntil(renew(event).catch(sayLost)));
self.addEventListener('fetch', event => {
  const {request} = event;
  if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => noConnection(request)));
});

const wait = ms => new Promise(resolve => { setTimeout(resolve, ms); });

function messageIn(data) {
  const unread = {type: 'unread', reference: '', headline: 'Tocsin has something for you', text: 'Open it to read what it is.'};
  try {
    return {actions: [], links: [], urgency: LOUD, ...unread, ...data.json()};
  } catch {
    return {actions: [], links: [], urgency: LOUD, ...unread};
  }
}

const tagOf = message => `${message.type} ${message.reference}`;
const at = message => Date.parse(message.timestamp) || Date.now();

// What comes late must not stand in front of what is newer, nor a repeat of what is there ring again.
async function take(message) {
  const [there] = await self.registration.getNotifications({tag: tagOf(message)});
  const before = there?.data.message;
  if (before && (before.delivery_id === message.delivery_id || at(before) > at(message))) return;
  await show(message, {title: message.headline, body: message.text, renotify: true});
}

function buttons(message) {
  const room = Notification.maxActions ?? 2;
  const answers = message.actions.slice(0, room).map((one, number) => ({action: ANSWER + number, title: one.name}));
  return answers.length < room && addressOf(message) ? [...answers, {action: 'open', title: 'Open'}] : answers;
}

function show(message, {title, body, renotify = false, said = false, actions = buttons(message)}) {
  const silent = !renotify || message.urgency <= QUIET;
  return self.registration.showNotification(title, {
    body, actions, renotify, silent, icon: ICON, badge: BADGE,
    tag: tagOf(message),
    timestamp: at(message),
    requireInteraction: message.urgency >= LOUD && !said,
    data: {message, said},
    ...(silent ? {} : {vibrate: [300, 150, 300, 150, 600]}),
  });
}

function ours(address) {
  try {
    return new URL(address).origin === self.location.origin;
  } catch {
    return false;
  }
}

const addressOf = message => message.links.at(-1)?.url;

async function pressed({notification, action}) {
  const {message, said} = notification.data;
  const chosen = action.startsWith(ANSWER) ? message.actions[Number(action.slice(ANSWER.length))] : null;
  if (chosen && ours(chosen.url)) return answer(message, chosen);
  notification.close();
  // The page behind the link of an answer needs no sign-in, and shows the button.
  const first = action === 'open' || said ? null : message.actions[0];
  return open((chosen ?? first)?.url ?? addressOf(message) ?? '/');
}

async function open(address) {
  const tabs = await self.clients.matchAll({type: 'window', includeUncontrolled: true});
  const there = tabs.find(one => one.url === new URL(address, self.location.href).href);
  return there ? there.focus() : self.clients.openWindow(address);
}

// Nothing is said to be taken before the server says so, and then in its words.
async function answer(message, chosen) {
  const about = message.reference;
  const open = buttons(message).filter(one => one.action === 'open');
  await show(message, {title: `${about}: sending “${chosen.name}”`, body: 'It is not taken yet.', actions: open});
  const found = await posted(chosen.url);
  if (!found) {
    const body = `Nobody knows whether “${chosen.name}” arrived. Press it again: twice counts once. The digit in the SMS or in the call works as well.`;
    return show(message, {title: `${about}: no answer from Tocsin`, body, renotify: true});
  }
  if (found.asks) {
    const body = `“${chosen.name}” is not taken. Open it to see how it stands.`;
    return show(message, {title: `${about}: not answered`, body, renotify: true});
  }
  return show(message, {title: `${about}: ${found.heading}`, body: found.text, said: true, actions: open});
}

async function posted(address) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt) await wait(PAUSE);
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const headers = {Accept: 'application/json'};
      const given = await fetch(address, {method: 'POST', headers, signal, credentials: 'omit'});
      if (given.status < 500 && given.status !== 429) return await given.json();
    } catch {
      // no connection, or no answer in time
    }
  }
  return null;
}

// The browser has another address from now on: Tocsin has to know it, or nobody is paged here.
async function renew({oldSubscription, newSubscription}) {
  const asked = await fetch('/settings/this-browser.json', {headers: {Accept: 'application/json'}});
  const {key, csrf} = await asked.json(); // the sign-in page is no JSON
  const options = {userVisibleOnly: true, applicationServerKey: key};
  const now = newSubscription ?? await self.registration.pushManager.subscribe(options);
  const body = new URLSearchParams({csrf, command: crypto.randomUUID(), address: JSON.stringify(now)});
  if (oldSubscription) body.set('before', oldSubscription.endpoint);
  const given = await fetch('/settings/this-browser', {method: 'POST', body});
  if (!given.ok || new URL(given.url).pathname === '/sign-in') throw new Error('not taken');
}

function sayLost() {
  const links = [{name: 'Settings', url: new URL('/settings', self.location.href).href}];
  const message = {type: 'lost', reference: '', urgency: LOUD, actions: [], links};
  const title = 'Tocsin cannot page this browser any more';
  return show(message, {title, body: 'Open the settings and add it again.', renotify: true});
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 24px 16px; background: light-dark(#fff, #0e1013); color: light-dark(#15181d, #eceef1); }
main { max-width: 40rem; margin: auto; }
h1 { margin: 0 0 16px; font-size: 26px; line-height: 1.25; }
strong { display: block; padding: 12px 16px; background: light-dark(#fff3c9, #3a2f0b); }
a { display: block; min-height: 44px; margin-top: 24px; padding: 10px 16px; box-sizing: border-box; border-radius: 6px;
  background: light-dark(#1f5fa8, #8ab8ff); color: light-dark(#fff, #06121f); font-weight: 600; text-align: center; text-decoration: none; }
`;

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function clock() {
  const now = new Date(), apart = -now.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(apart) / 60), Math.abs(apart) % 60];
  const zone = apart ? `${apart < 0 ? '-' : '+'}${hours}${minutes ? `:${minutes}` : ''}` : '';
  return `${now.toLocaleTimeString('en-GB')} UTC${zone}`;
}

async function noConnection(request) {
  const isForm = request.method !== 'GET';
  const words = isForm
    ? `<p><strong>What you pressed at ${clock()} is not known to be taken.</strong></p>
<p>Go back and press it again once there is a connection: pressing twice counts once. The digit in the SMS or in the call works as well.</p>`
    : `<p><strong>Tocsin could not be reached at ${clock()}.</strong></p>
<p>Nothing was sent. Nothing is shown from before, because it could be old. Pages go on by themselves.</p>`;
  const back = isForm && request.referrer.startsWith(self.location.origin) ? request.referrer : request.url;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>No connection · Tocsin</title><style>${STYLE}</style></head>
<body><main><h1>No connection</h1>
${words}
<p><a href="${escaped(back)}">${isForm ? 'Back to the page' : 'Try again'}</a></p>
</main></body></html>`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE));
  const style = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return new Response(html, {status: 503, headers: {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }});
}
