// Morph: what the server sent takes its place on the page, and leaves alone what a person is at.
import {announce, words} from './say.js';

const KEPT_OPEN = new Set(['DETAILS', 'DIALOG']);

function isKept(element, {attrName, newValue}) {
  if (attrName === 'open') return KEPT_OPEN.has(element.tagName);
  if (attrName.startsWith('data-ui-')) return newValue === null; // ours, unknown to the server
  if (attrName === 'value') return element.tagName === 'INPUT' && element.value !== element.defaultValue;
  if (attrName === 'checked') return element.checked !== element.defaultChecked;
  return false;
}

htmx.registerExtension('tocsin', {
  init(htmxOwn) {
    // The one place where text becomes elements; all of it comes from our own server.
    const policy = window.trustedTypes?.createPolicy('tocsin', {createHTML: text => text, createScript: () => ''});
    if (policy) htmxOwn.initSecurity(policy);
  },
  htmx_before_morph_attr: (element, change) => !isKept(element, change),
  htmx_before_morph_node(element, {newNode}) {
    // What was written for one thing must never be sent to another.
    if (element.tagName === 'FORM' && element.getAttribute('action') !== newNode.getAttribute('action')) element.reset();
    return true;
  },
});

async function swap(what) {
  await htmx.swap({sourceElement: document.body, target: document.body, ...what});
}

function shown() {
  document.dispatchEvent(new Event('tocsin:shown'));
}

// Regions as the stream sends them.
export async function showRegions(text) {
  const before = words();
  await swap({text, swap: 'none'});
  shown();
  announce(before);
}

// A whole page that answered a form: what it says, and what is on it.
export async function showPage(text) {
  await swap({text, target: '#notices', select: '#notices', swap: 'outerMorph'});
  await swap({text, target: '#main', select: '#main', swap: 'outerMorph'});
  shown();
}
