// Say: news for whoever does not see the page, politely, and at most once each 5 s.
const PAUSE = 5000;
const MOST = 3;

let waiting = [];
let free = 0;

function speak() {
  if (!waiting.length) return;
  const place = document.getElementById('said');
  const more = waiting.length - MOST;
  place.textContent = waiting.slice(0, MOST).join('. ') + (more > 0 ? `. And ${more} more.` : '');
  waiting = [];
  free = Date.now() + PAUSE;
}

export function say(text) {
  waiting.push(text);
  if (waiting.length > 1) return;
  setTimeout(speak, Math.max(0, free - Date.now()));
}

// What a region has to say of each thing in it: `data-say="INC-1008 SEV1, nobody has answered"`.
export function words() {
  return new Set([...document.querySelectorAll('[data-say]')].map(one => one.dataset.say));
}

export function announce(before) {
  for (const text of words()) if (!before.has(text)) say(text);
}
