// The OpenID provider of the tests: the certified oidc-provider, with a few people and no pictures.
//
// It takes its first arrangement from standard input, one line of JSON, prints its address, and ends
// when standard input ends: so it never outlives the test session. What /test/… changes, a real
// administrator of a provider would change: clients, accounts, keys.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import Provider from 'oidc-provider';

const OF_GROUPS = 'groups'; // a scope and its claim
const arranged = { clients: [], accounts: {}, keys: [newKey()], pkce: true, conform: true };
let provider;
let handler;
const server = createServer((request, response) => answer(request, response));

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}

async function findAccount(_context, sub) {
  const known = arranged.accounts[sub];
  return known && { accountId: sub, claims: async () => ({ ...known, sub }) };
}

async function grantFor(context) {
  const { provider: its, session, client } = context.oidc;
  const grant = new its.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(`openid email profile ${OF_GROUPS}`);
  await grant.save();
  return grant;
}

function rebuild() {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, {
    clients: arranged.clients,
    jwks: { keys: arranged.keys },
    cookies: { keys: ['of the tests'] },
    findAccount,
    loadExistingGrant: grantFor,
    claims: {
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'zoneinfo', 'locale'],
      [OF_GROUPS]: [OF_GROUPS],
    },
    scopes: ['openid', 'email', 'profile', OF_GROUPS],
    conformIdTokenClaims: arranged.conform, // true: what is of the person, only for who asks for it
    pkce: { required: () => arranged.pkce },
    interactions: { url: (_context, interaction) => `/login/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    // What it calls is a test of ours on this machine; its own guard allows no such address.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    renderError: async (context, out) => { context.body = out; },
  });
  handler = provider.callback();
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://here');
  try {
    if (pathname.startsWith('/login/')) await login(request, response);
    else if (pathname === '/test/arrange') await arrange(request, response);
    else await handler(request, response);
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error.stack));
  }
}

async function login(request, response) {
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    const accountId = new URLSearchParams(await bodyOf(request)).get('account');
    await provider.interactionFinished(request, response, { login: { accountId } });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Provider</title>
    <form method="post" data-prompt="${prompt.name}" data-client="${params.client_id}">
    <label>Account <input name="account" autofocus></label><button>Sign in</button></form>`);
}

async function arrange(request, response) {
  const wanted = JSON.parse(await bodyOf(request));
  for (const name of ['clients', 'accounts', 'pkce', 'conform']) {
    if (name in wanted) arranged[name] = wanted[name];
  }
  if (wanted.rotate) arranged.keys = [newKey()];
  rebuild();
  response.writeHead(204).end();
}

createInterface({ input: process.stdin }).on('close', () => process.exit(0)).once('line', (line) => {
  Object.assign(arranged, JSON.parse(line));
  server.listen(0, '127.0.0.1', () => {
    rebuild();
    console.log(`listening ${server.address().port}`);
  });
});
