// Authorities that we did not write: oidc-provider, a certified OpenID provider, on this machine only.
//
//     node provider.mjs PORT
//
// POST /authorities at that port, with settings as JSON, starts one at a port of its own, so that no test sees another's
// tokens and requests. Answer: {"url", "private_key"}, the key being that of `fake-key-client`. An authority also has:
//
//     GET  /test/log       the requests it was sent and what it answered
//     POST /test/settings  other settings from now on
//     POST /test/device    {"user_code", "approve": true or false}: what the user does with a code
//
// A browser that is sent to /interaction/ID has the choice of /interaction/ID/approve and /interaction/ID/deny.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { parse, stringify } from 'node:querystring';

import Provider from 'oidc-provider';

const API = 'https://api.planet.com/';
const SCOPES = ['openid', 'offline_access', 'planet', 'profile', 'email'];
const DEFAULTS = {
  realm: false, // whether it stands where the authority of machines stands: below a path
  access_token: 3600, // seconds, as all of these
  device_code: 600,
  code: 60,
  interval: 1,
  rotate: true,
  format: 'jwt', // or opaque
};
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = (key) => ({ ...key.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' });
const own = rsa();
const clients = rsa();

// The names and secrets are those of the recordings.
const CLIENTS = [
  { client_id: 'fake-device-client', grant_types: [DEVICE, 'refresh_token'], token_endpoint_auth_method: 'none' },
  {
    client_id: 'fake-code-client',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['http://127.0.0.1/callback'], // native: at any port
    token_endpoint_auth_method: 'none',
  },
  {
    client_id: 'fake-device-secret-client',
    client_secret: 'fake-device-secret-0123456789',
    grant_types: [DEVICE, 'refresh_token'],
    token_endpoint_auth_method: 'client_secret_basic',
  },
  {
    client_id: 'fake-m2m-client',
    client_secret: 'fake-m2m-secret-0123456789',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
  },
  {
    client_id: 'fake-key-client',
    jwks: { keys: [jwk(clients.publicKey)] },
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
  },
].map((client) => ({ application_type: 'native', redirect_uris: [], response_types: [], ...client }));

const USER_ROUTES = {
  authorization: '/authorize',
  code_verification: '/activate',
  device_authorization: '/oauth/device/code',
  jwks: '/.well-known/jwks.json',
  revocation: '/oauth/revoke',
  token: '/oauth/token',
};
const REALM_ROUTES = { token: '/protocol/openid-connect/token', jwks: '/protocol/openid-connect/certs' };

function configuration(settings) {
  return {
    clients: CLIENTS,
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    cookies: { keys: ['not a secret'] },
    jwks: { keys: [jwk(own.privateKey)] },
    routes: settings.realm ? REALM_ROUTES : USER_ROUTES,
    scopes: SCOPES,
    responseTypes: ['code'],
    pkce: { required: () => true, methods: ['S256'] },
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx, client, oneOf) => oneOf?.[0],
        getResourceServerInfo: () => ({
          scope: SCOPES.join(' '),
          audience: API,
          accessTokenFormat: settings.format,
          accessTokenTTL: settings.access_token,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    findAccount: (ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => settings.rotate,
    ttl: {
      AuthorizationCode: () => settings.code,
      DeviceCode: () => settings.device_code,
      RefreshToken: () => 86400,
      Grant: () => 86400,
      Session: () => 86400,
      Interaction: () => 600,
    },
  };
}

/** What the user consents to: all that was asked for. */
async function consent(provider, clientId, params, accountId) {
  const grant = new provider.Grant({ clientId, accountId });
  grant.addOIDCScope(SCOPES.join(' '));
  if (params.resource) grant.addResourceScope(params.resource, params.scope ?? '');
  return grant.save();
}

const DENIED = { error: 'access_denied', error_description: 'End-User aborted interaction' };

async function decideDevice(provider, { user_code, approve }) {
  const code = await provider.DeviceCode.findByUserCode(user_code.replace(/[^A-Z]/g, ''));
  if (approve) {
    const accountId = 'fake-user';
    const grantId = await consent(provider, code.clientId, code.params, accountId);
    const { scope, resource } = code.params;
    Object.assign(code, { accountId, grantId, scope, resource, authTime: Math.floor(Date.now() / 1000) });
  } else {
    Object.assign(code, { error: DENIED.error, errorDescription: DENIED.error_description });
  }
  await code.save();
}

async function decideInteraction(provider, request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const accountId = 'fake-user';
  const grant = () => consent(provider, params.client_id, params, accountId);
  const result = request.url.endsWith('/approve')
    ? { login: { accountId }, consent: { grantId: await grant() } }
    : DENIED;
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

/** One authority, at a free port. */
async function authority(given) {
  const settings = { ...DEFAULTS, ...given };
  const server = createServer();
  await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
  const base = settings.realm ? '/auth/realms/main' : '';
  const url = `http://127.0.0.1:${server.address().port}${base}`;
  // The authority of users writes its name with a slash at the end, that of machines without one.
  const provider = new Provider(settings.realm ? url : `${url}/`, configuration(settings));
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === 'device_authorization' && ctx.status === 200) ctx.body.interval = settings.interval;
  });
  const answer = provider.callback();
  const log = [];

  server.on('request', async (request, response) => {
    try {
      const body = await read(request);
      if (request.url === '/test/log') return reply(response, log);
      if (request.url === '/test/settings') return reply(response, Object.assign(settings, JSON.parse(body)));
      if (request.url === '/test/device') return reply(response, await decideDevice(provider, JSON.parse(body)) ?? {});
      if (/^\/interaction\/.*\/(approve|deny)$/.test(request.url)) return await decideInteraction(provider, request, response);
      if (request.url.startsWith('/interaction/')) return reply(response, { choose: ['approve', 'deny'] });
      record(log, request, body, response);
      mount(request, base);
      translate(request, body);
      return answer(request, response);
    } catch (error) {
      return reply(response, { error: 'test_server', error_description: String(error) }, 500);
    }
  });
  return { url, private_key: clients.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

function record(log, request, body, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
  const entry = {
    method: request.method,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    form: parse(body),
    status: null,
  };
  log.push(entry);
  response.on('finish', () => { entry.status = response.statusCode; });
}

function mount(request, base) {
  if (base && request.url.startsWith(base)) {
    request.originalUrl = request.url;
    request.url = request.url.slice(base.length);
  }
}

/**
 * Where Planet's authorities ask for less than this one: they say `audience` for what RFC 8707 calls `resource`, and take a
 * `nonce` from who asks for no ID token.
 */
function translate(request, body) {
  const translated = (fields) => {
    const { audience, nonce, ...rest } = fields;
    if (audience) rest.resource = audience;
    if (nonce && rest.scope?.split(' ').includes('openid')) rest.nonce = nonce;
    return rest;
  };
  if (request.method === 'POST') {
    request.body = translated(parse(body));
  } else if (request.url.includes('?')) {
    const [path, query] = request.url.split('?');
    request.url = `${path}?${stringify(translated(parse(query)))}`;
  }
}

async function read(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function reply(response, value, status = 200) {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

createServer(async (request, response) => {
  if (request.url !== '/authorities') return reply(response, { error: 'no such path' }, 404);
  return reply(response, await authority(JSON.parse((await read(request)) || '{}')));
}).listen(Number(process.argv[2]), '127.0.0.1');
