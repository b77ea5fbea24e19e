// The bank's own library against the simulator. It speaks TLS on port 443 alone: a proxy gives it the first, and a wrapper around
// https.request, put in place before the library is loaded, the second.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { after, before, test } from 'node:test';

const origin = new URL(process.env.SIMULATOR);
const [certificate, key] = [process.env.TLS_CERTIFICATE, process.env.TLS_KEY];
const merchantId = 'library';

const request = https.request;
https.request = (options, ...rest) => request({ ...options, host: options.host.replace(/:\d+$/, ''), ca: certificate }, ...rest);
syncBuiltinESMExports();
const { Juspay } = await import('expresscheckout-nodejs');
// It writes every request with all its fields otherwise.
Juspay.customLogger = () => Juspay.silentLogger;
const { APIError, AuthenticationError, AuthorizationError, InvalidRequestError } = Juspay.errors;

let proxy, receiver, plain, sealed, ours;
const received = [];
const arrivals = [];

const control = async body => {
  const answer = await fetch(new URL('/_control', origin), { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.ok, true, await answer.clone().text());
  return answer.json();
};

const listen = async server => {
  await new Promise(listening => server.listen(0, '127.0.0.1', listening));
  return server.address().port;
};

const clientOf = options => new Juspay({ merchantId, baseUrl: `https://127.0.0.1:${proxy.address().port}`, ...options });

before(async () => {
  proxy = https.createServer({ cert: certificate, key }, (incoming, answer) => {
    const onward = http.request(
      { host: origin.hostname, port: origin.port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      reply => { answer.writeHead(reply.statusCode, reply.headers); reply.pipe(answer); });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  receiver = http.createServer(async (incoming, answer) => {
    const parts = [];
    for await (const part of incoming) parts.push(part);
    received.push({ event: JSON.parse(Buffer.concat(parts)), authorization: incoming.headers.authorization });
    answer.writeHead(200).end();
    arrivals.splice(0).forEach(arrived => arrived());
  });
  await listen(proxy);
  const port = await listen(receiver);
  const pair = crypto.generateKeyPairSync('rsa', {
    modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const bank = await control({
    do: 'dashboard', merchant: merchantId, keyId: 'key_1', publicKey: pair.publicKey,
    webhookUrl: `http://127.0.0.1:${port}/`, webhookUser: 'webhook_user', webhookPassword: 's3cret', responseKey: 'TESTRESPONSEKEY00000000000000001',
  });
  ours = { keyId: 'key_1', publicKey: bank.gatewayPublicKey, privateKey: pair.privateKey };
  plain = clientOf({ apiKey: 'TESTAPIKEY01' });
  sealed = clientOf({ jweAuth: ours });
});

after(() => {
  proxy.close();
  proxy.closeAllConnections();
  receiver.close();
});

const arrived = async wanted => {
  for (;;) {
    const found = received.find(one => wanted(one.event));
    if (found) return found;
    await new Promise(next => arrivals.push(next));
  }
};

const refused = async promise => promise.then(() => assert.fail('was not refused'), error => error);

let made = 0;
const newId = () => `LIB${++made}`;

const session = (order_id, more = {}) => ({
  order_id, amount: '100.15', currency: 'INR', customer_id: 'C1', customer_email: 'a@example.com', customer_phone: '9999999999',
  payment_page_client_id: 'hdfcmaster', action: 'paymentPage', return_url: 'https://shop.example/return', ...more,
});

const submit = (url, fields) => fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
const card = { payment_method_type: 'CARD', card_number: '4012000000001097', card_exp_month: '12', card_exp_year: '2034', card_security_code: '123' };

const payAtPage = async (page, { choice = card, bank = { otp: '000000', outcome: 'success' } } = {}) => {
  const chosen = await submit(page, choice);
  const next = chosen.headers.get('location');
  if (!next?.startsWith('/txns/')) return chosen;
  return submit(new URL(next, page), bank);
};

const charged = async (client, id = newId(), more = {}) => {
  const opened = await client.orderSession.create(session(id, more));
  await payAtPage(opened.payment_links.web);
  return id;
};

const signatureOf = (fields, key) => {
  const message = Object.entries(fields).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort().join('&');
  return crypto.createHmac('sha256', key).update(encodeURIComponent(message)).digest('base64');
};

test('a session gives the page', async () => {
  const opened = await plain.orderSession.create(session(newId()));
  assert.equal(opened.status, 'NEW');
  assert.match(opened.id, /^ordeh_/);
  assert.match(opened.payment_links.web, /payment-page$/);
  assert.equal(opened.sdk_payload.payload.amount, '100.15');
  assert.equal(opened.http.statusCode, 200);
  assert.ok(Date.parse(opened.order_expiry) > Date.now());
});

test('the same session again is the same page', async () => {
  const id = newId();
  const [first, second] = [await plain.orderSession.create(session(id)), await plain.orderSession.create(session(id))];
  assert.equal(first.payment_links.web, second.payment_links.web);
});

test('an order id with another content is refused', async () => {
  const id = newId();
  await plain.orderSession.create(session(id));
  const error = await refused(plain.orderSession.create(session(id, { amount: '7.00' })));
  assert.ok(error instanceof InvalidRequestError);
  assert.equal(error.error_info.code, 'DUPLICATE_REQUEST');
});

test('a new order has its status', async () => {
  const id = newId();
  await plain.orderSession.create(session(id));
  const order = await plain.order.status(id);
  assert.deepEqual([order.order_id, order.status, order.status_id, order.amount, order.currency], [id, 'NEW', 10, 100.15, 'INR']);
});

test('upper and lower case are one order', async () => {
  const id = newId();
  await plain.orderSession.create(session(id));
  assert.equal((await plain.order.status(id.toLowerCase())).order_id, id);
});

test('an order is made without a page', async () => {
  const order = await plain.order.create({ order_id: newId(), amount: 1, currency: 'INR', udf6: 'ch_1' });
  assert.deepEqual([order.status, order.udf6], ['NEW', 'ch_1']);
});

test('an order that is there is not made again', async () => {
  const order_id = newId();
  await plain.order.create({ order_id, amount: 1 });
  assert.equal((await refused(plain.order.create({ order_id, amount: 1 }))).error_info.code, 'ALREADY_EXISTS');
});

// The library forgets the slash between "/orders" and the id.
test('a new order can be changed', async () => {
  const order_id = newId();
  await plain.order.create({ order_id, amount: 10 });
  assert.equal((await plain.order.update(`/${order_id}`, { amount: 12.5 })).amount, 12.5);
  assert.equal((await plain.order.status(order_id)).amount, 12.5);
});

test('a card is paid with its one-time password', async () => {
  const id = await charged(plain);
  const order = await plain.order.status(id);
  assert.deepEqual([order.status, order.status_id, order.payment_method_type, order.card.last_four_digits], ['CHARGED', 21, 'CARD', '1097']);
  assert.match(order.payment_gateway_response.rrn, /^\d{12}$/);
});

test('a wrong one-time password is a failed authentication', async () => {
  const id = newId();
  const opened = await plain.orderSession.create(session(id));
  await payAtPage(opened.payment_links.web, { bank: { otp: '999999' } });
  const order = await plain.order.status(id);
  assert.deepEqual([order.status, order.status_id], ['AUTHENTICATION_FAILED', 26]);
});

test('the amount decides what the dummy gateway says', async () => {
  const statuses = [];
  for (const amount of ['499.99', '500.00', '699.99', '700.00']) {
    const id = newId();
    const opened = await plain.orderSession.create(session(id, { amount }));
    await payAtPage(opened.payment_links.web, { bank: { otp: '000000' } });
    statuses.push((await plain.order.status(id)).status);
  }
  assert.deepEqual(statuses, ['CHARGED', 'AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', 'AUTHORIZING']);
});

test('what is pending is charged after a while', async () => {
  const id = newId();
  const opened = await plain.orderSession.create(session(id, { amount: '700.00' }));
  await payAtPage(opened.payment_links.web, { bank: { otp: '000000' } });
  await control({ do: 'advance_clock', seconds: 10 });
  assert.equal((await plain.order.status(id)).status, 'CHARGED');
});

test('UPI addresses decide by themselves', async () => {
  for (const [upi_vpa, status, code] of [['success@upi', 'CHARGED', '00'], ['failure@upi', 'AUTHORIZATION_FAILED', 'U30'], ['nofunds@upi', 'AUTHORIZATION_FAILED', 'Z9']]) {
    const id = newId();
    const opened = await plain.orderSession.create(session(id));
    await payAtPage(opened.payment_links.web, { choice: { payment_method_type: 'UPI', upi_vpa } });
    const order = await plain.order.status(id);
    assert.deepEqual([order.status, order.payment_gateway_response.resp_code], [status, code]);
  }
});

test('the payer comes back with a signature', async () => {
  const id = newId();
  const opened = await plain.orderSession.create(session(id, { return_url: 'https://shop.example/return?basket=a%20b' }));
  const back = new URL((await payAtPage(opened.payment_links.web)).headers.get('location'));
  const fields = Object.fromEntries(back.searchParams);
  const { signature, signature_algorithm, ...signed } = fields;
  assert.deepEqual([signed.order_id, signed.status, signed.status_id, signed.basket], [id, 'CHARGED', '21', 'a b']);
  assert.equal(signature_algorithm, 'HMAC-SHA256');
  assert.equal(signature, signatureOf(signed, 'TESTRESPONSEKEY00000000000000001'));
});

test('a payment without the page', async () => {
  const order_id = newId();
  await plain.order.create({ order_id, amount: 100 });
  const payment = await plain.payments.create({ order_id, ...card, redirect_after_payment: true });
  assert.equal(payment.status, 'PENDING_VBV');
  assert.match(payment.txn_id, new RegExp(`^${merchantId}-${order_id}-1$`));
  await submit(payment.payment.authentication.url, { otp: '000000' });
  assert.equal((await plain.order.status(order_id)).status, 'CHARGED');
});

test('a refund is pending and then done', async () => {
  const id = await charged(plain);
  const order = await plain.order.refund(id, { unique_request_id: `R${id}`, amount: 40.15 });
  assert.deepEqual([order.status, order.refunds[0].status, order.refunds[0].amount], ['CHARGED', 'PENDING', 40.15]);
  await control({ do: 'advance_clock', seconds: 10 });
  const later = await plain.order.status(id);
  assert.deepEqual([later.refunds[0].status, later.amount_refunded, later.refunded], ['SUCCESS', 40.15, false]);
  assert.equal(later.maximum_eligible_refund_amount, 60);
});

test('a refund without an amount is of everything', async () => {
  const id = await charged(plain);
  await plain.order.refund(id, { unique_request_id: `R${id}` });
  await control({ do: 'advance_clock', seconds: 10 });
  assert.equal((await plain.order.status(id)).refunded, true);
});

test('a refund can fail', async () => {
  const id = await charged(plain);
  await control({ do: 'next_refund', outcome: 'failure' });
  await plain.order.refund(id, { unique_request_id: `R${id}`, amount: 1 });
  await control({ do: 'advance_clock', seconds: 10 });
  const order = await plain.order.status(id);
  assert.deepEqual([order.refunds[0].status, order.amount_refunded], ['FAILURE', 0]);
});

test('a refund id is good once', async () => {
  const id = await charged(plain);
  await plain.order.refund(id, { unique_request_id: `R${id}`, amount: 1 });
  const error = await refused(plain.order.refund(id, { unique_request_id: `R${id}`, amount: 1 }));
  assert.equal(error.error_info.code, 'DUPLICATE_REQUEST');
});

test('no more is refunded than was paid, and nothing that was not', async () => {
  const id = await charged(plain);
  assert.equal((await refused(plain.order.refund(id, { unique_request_id: `R${id}`, amount: 100.16 }))).error_info.code, 'INVALID_INPUT');
  const order_id = newId();
  await plain.order.create({ order_id, amount: 1 });
  assert.equal((await refused(plain.order.refund(order_id, { unique_request_id: 'X', amount: 1 }))).error_info.code, 'INVALID_ACTION');
});

test('the library tells its errors apart', async () => {
  const unknown = await refused(plain.order.status('NOTHERE'));
  assert.ok(unknown instanceof InvalidRequestError);
  assert.equal(unknown.error_info.code, 'RESOURCE_NOT_FOUND');
  assert.ok(await refused(clientOf({ apiKey: 'wrong' }).order.status('X')) instanceof AuthenticationError);
  assert.ok(await refused(clientOf({ apiKey: 'forbidden' }).order.status('X')) instanceof AuthorizationError);
});

test('a field that is missing or wrong is named', async () => {
  const missing = await refused(plain.orderSession.create({ amount: '1.00' }));
  assert.equal(missing.error_info.code, 'MISSING_MANDATORY_PARAMETER');
  assert.match(missing.error_message, /order_id/);
  for (const wrong of [{ amount: '1.005' }, { amount: '-1' }, { currency: 'USD' }, { customer_phone: '12' }, { order_id: 'a-b' }, { order_id: 'A'.repeat(21) }])
    assert.equal((await refused(plain.orderSession.create(session(newId(), wrong)))).error_info.code, 'INVALID_INPUT', JSON.stringify(wrong));
});

test('a server that is broken is told as such', async () => {
  const fault = await fetch(new URL('/_control/faults', origin), { method: 'POST', body: JSON.stringify({ kind: 'status', status: 500, times: 1 }) });
  assert.equal(fault.ok, true);
  const error = await refused(plain.order.status('X'));
  assert.ok(error instanceof APIError && !(error instanceof InvalidRequestError));
});

test('encrypted and signed: session, status and refund', async () => {
  const id = newId();
  const opened = await sealed.orderSession.create(session(id));
  assert.equal(opened.order_id, id);
  await payAtPage(opened.payment_links.web);
  assert.equal((await sealed.order.status(id)).status, 'CHARGED');
  const refund = await sealed.order.refund(id, { unique_request_id: `R${id}`, amount: 1 });
  assert.equal(refund.refunds[0].unique_request_id, `R${id}`);
});

test('encrypted and signed: a payment without the page', async () => {
  const order_id = newId();
  await plain.order.create({ order_id, amount: 100 });
  assert.equal((await sealed.payments.create({ order_id, ...card })).status, 'PENDING_VBV');
});

test('encrypted and signed: a refusal comes in the open', async () => {
  const error = await refused(sealed.order.status('NOTHERE'));
  assert.equal(error.error_info.code, 'RESOURCE_NOT_FOUND');
});

test('encrypted and signed by somebody else is refused', async () => {
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  const stranger = clientOf({ jweAuth: { ...ours, privateKey } });
  assert.ok(await refused(stranger.order.status('X')) instanceof AuthenticationError);
});

test('the library opens the key of an answer by OAEP with SHA-256 alone', async () => {
  const id = newId();
  await plain.orderSession.create(session(id));
  await control({ do: 'dashboard', merchant: merchantId, replyOaep: 'sha1' });
  const error = await refused(sealed.order.status(id));
  assert.match(error.message, /oaep decoding error/i);
  await control({ do: 'dashboard', merchant: merchantId, replyOaep: 'sha256' });
  assert.equal((await sealed.order.status(id)).status, 'NEW');
});

test('webhooks come with the user and the password of the dashboard', async () => {
  const id = await charged(plain);
  const { event, authorization } = await arrived(one => one.event_name === 'ORDER_SUCCEEDED' && one.content.order.order_id === id);
  assert.equal(authorization, 'Basic d2ViaG9va191c2VyOnMzY3JldA==');
  assert.match(event.id, /^evt_V2_/);
  assert.deepEqual([event.content.order.status, event.content.order.amount], ['CHARGED', 100.15]);
});
