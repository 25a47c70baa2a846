// A button that copies what stands beside it, such as a proof; there only where the browser can copy.
import {say} from './say.js';

if (navigator.clipboard) {
  for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
}

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const from = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(from.textContent.trim());
  button.textContent = 'Copied';
  say('Copied');
});
