// Push: this browser as a way to be paged. Nothing is asked before somebody presses, and nothing of it stays
// behind: who removes it or signs out here is not paged here any more.
import {installed} from './install.js';

const HERE = '/settings/this-browser';
const HOME = 'On an iPhone or iPad first add Tocsin to the home screen: Share, then “Add to Home Screen”. Open it from there, and press here again.';
const DENIED = 'This browser does not let Tocsin show notifications. Allow them for this site (by the sign beside the address), load this page again, and press once more.';
const NOT_ASKED = 'The question was closed without an answer. Press again, and allow it.';

const form = document.getElementById('this-browser');
const apple = /iP(hone|ad|od)/.test(navigator.userAgent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1);

function whyNot() {
  if (!isSecureContext) return 'Browsers take pages only from an address that begins with https.';
  if (apple && !navigator.standalone && !window.PushManager) return HOME;
  if (!navigator.serviceWorker || !window.PushManager || !window.Notification) return 'This browser takes no pages. Use another one, or another way.';
  return Notification.permission === 'denied' ? DENIED : '';
}

async function subscription() {
  const registration = await navigator.serviceWorker?.getRegistration('/');
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

let removing = null;

const entryOf = endpoint => [...document.querySelectorAll('[data-endpoint]')].find(one => one.dataset.endpoint === endpoint);

function say(text) {
  const place = form.querySelector('.wrong');
  place.textContent = text;
  place.hidden = !text;
}

async function add() {
  if (await Notification.requestPermission() !== 'granted') throw new Error(Notification.permission === 'denied' ? DENIED : NOT_ASKED);
  await installed();
  const {pushManager} = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  if (before && !entryOf(before.endpoint)) await before.unsubscribe(); // somebody else's, who was here before
  const made = await pushManager.subscribe({userVisibleOnly: true, applicationServerKey: form.dataset.key});
  form.elements.address.value = JSON.stringify(made);
  form.submit();
}

async function look() {
  const found = await subscription(), endpoint = found?.endpoint;
  if (found && endpoint === removing && !entryOf(endpoint)) await found.unsubscribe(); // the server has removed it
  const entry = endpoint && entryOf(endpoint);
  for (const one of document.querySelectorAll('.is-this')) one.hidden = one.closest('[data-endpoint]') !== entry;
  if (form) form.hidden = Boolean(entry);
}

async function leave(leaving) {
  const found = await subscription();
  if (found) {
    const body = new URLSearchParams({csrf: leaving.elements.csrf.value, command: crypto.randomUUID(), endpoint: found.endpoint});
    await fetch(`${HERE}/removal`, {method: 'POST', body, signal: AbortSignal.timeout(8000)});
    await found.unsubscribe();
  }
}

form?.addEventListener('submit', event => {
  event.preventDefault();
  const why = whyNot();
  say(why);
  if (!why) add().catch(fault => say(fault.name === 'Error' ? fault.message : `The browser's push service did not answer (${fault.name}). Try again, or use another way.`));
});

// In front of the listener that sends forms: it would be gone before it is known to be this browser's.
document.addEventListener('submit', event => {
  const [entry, out] = [event.target.closest('[data-endpoint]'), event.target.matches('[action="/sign-out"]')];
  if (out) {
    event.preventDefault();
    event.target.querySelector('button').disabled = true;
    leave(event.target).catch(console.info).finally(() => event.target.submit());
  } else if (entry && event.target.action.endsWith('/removal')) {
    removing = entry.dataset.endpoint;
  }
}, true);

const warning = document.getElementById('also-here');
document.addEventListener('tocsin:shown', () => look().catch(console.info));
look().catch(console.info);
if (warning) subscription().then(found => { warning.hidden = !found; }).catch(console.info);
