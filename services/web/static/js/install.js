// Install: the worker that shows pages as notifications, and says when there is no connection.
const ADDRESS = '/worker.js';

const policy = window.trustedTypes?.createPolicy('tocsin-worker', {
  createScriptURL(url) {
    if (url !== ADDRESS) throw new TypeError(`no worker of ours: ${url}`);
    return url;
  },
});

export function installed() {
  return navigator.serviceWorker.register(policy ? policy.createScriptURL(ADDRESS) : ADDRESS, {updateViaCache: 'none'});
}

// A browser that refuses it shows pages all the same.
if ('serviceWorker' in navigator) installed().catch(fault => console.info(`No service worker: ${fault.message}`));
