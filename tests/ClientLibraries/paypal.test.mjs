// PayPal's own library against the simulator: if it reads our answers, they are PayPal's. It has no base address, no webhooks and no
// disputes: its agent is led to the simulator, and those two are called as PayPal's reference describes them.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { Client, Environment, OAuthAuthorizationController, OrdersController, PaymentsController, TransactionSearchController, VaultController } from '@paypal/paypal-server-sdk';

const origin = new URL(process.env.SIMULATOR);

class Agent extends https.Agent {
  createConnection() {
    return net.connect(Number(origin.port), origin.hostname);
  }
}

const client = (oAuthClientSecret = 'secret') => new Client({
  clientCredentialsAuthCredentials: { oAuthClientId: 'client', oAuthClientSecret },
  environment: Environment.Sandbox,
  httpClientOptions: { httpsAgent: new Agent() },
});

const paypal = client();
let orders, payments, vault, reports, bearer;

const connect = () => {
  const fresh = client();
  orders = new OrdersController(fresh);
  payments = new PaymentsController(fresh);
  vault = new VaultController(fresh);
  reports = new TransactionSearchController(fresh);
  bearer = undefined;
};

connect();
const whole = 'return=representation';
const urls = { returnUrl: 'https://shop.example/back', cancelUrl: 'https://shop.example/cancel' };
const visa = { number: '4012888888881881', expiry: '2034-12', securityCode: '123', name: 'John Doe' };

let keys = 0;
const key = () => `key-${++keys}`;

const control = async (path, body) => {
  const answer = await fetch(new URL(`/_control${path}`, origin), body && { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.ok, true, await answer.clone().text());
  return answer.json();
};

// The library counts the life of its token by the real clock, so after a jump it begins again.
const advance = async seconds => {
  await control('', { do: 'advance_clock', seconds });
  connect();
};

const refused = async promise => promise.then(() => assert.fail('was not refused'), error => error);
const said = error => error.result ?? JSON.parse(error.body);
const issue = error => said(error).details[0].issue;

const api = async (method, path, body) => {
  bearer ??= (await new OAuthAuthorizationController(paypal).requestToken({ authorization: `Basic ${btoa('client:secret')}` })).result.accessToken;
  const form = body instanceof FormData;
  const answer = await fetch(new URL(path, origin), {
    method, headers: { authorization: `Bearer ${bearer}`, ...(body && !form && { 'content-type': 'application/json' }) },
    body: form || typeof body === 'string' ? body : body && JSON.stringify(body),
  });
  return { status: answer.status, json: answer.status === 204 ? null : await answer.json() };
};

const unit = (value = '10.00', more) => ({ amount: { currencyCode: 'USD', value }, ...more });

const create = async (intent, more) => (await orders.createOrder({
  prefer: whole, paypalRequestId: key(), body: { intent, purchaseUnits: [unit('10.00', { customId: 'c-42' })], ...more },
})).result;

const payWithCard = (intent, card) => create(intent, { paymentSource: { card: { ...visa, ...card } } });

const link = (result, rel) => result.links.find(one => one.rel === rel)?.href;

// What the payer does in the browser; where it is sent afterwards.
const browse = async (page, fields) => {
  const id = new URL(page).searchParams;
  const answer = await fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ ...Object.fromEntries(id), ...fields }) });
  assert.equal(answer.status, 303, await answer.clone().text());
  return new URL(answer.headers.get('location'));
};

const approved = async (intent, funding) => {
  const order = await create(intent, { paymentSource: { paypal: { experienceContext: { ...urls, userAction: 'PAY_NOW' } } } });
  await browse(link(order, 'payer-action'), { outcome: 'approve', ...(funding && { funding }) });
  return order.id;
};

const capture = async id => (await orders.captureOrder({ id, prefer: whole, paypalRequestId: key() })).result;
const authorize = async id => (await orders.authorizeOrder({ id, prefer: whole, paypalRequestId: key() })).result.purchaseUnits[0].payments.authorizations[0];
const first = order => order.purchaseUnits[0].payments.captures[0];

const received = [];
const arrivals = [];
let receiver;

before(async () => {
  receiver = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    received.push({ body: Buffer.concat(parts), headers: request.headers });
    response.writeHead(200).end();
    arrivals.splice(0).forEach(arrived => arrived());
  });
  await new Promise(listening => receiver.listen(0, '127.0.0.1', listening));
});

after(() => receiver.close());

const arrived = async wanted => {
  for (;;) {
    const found = received.find(one => wanted(JSON.parse(one.body)));
    if (found) return found;
    await new Promise(resolve => arrivals.push(resolve));
  }
};

test('a token is asked for with client id and secret, and a wrong secret is refused', async () => {
  const token = (await new OAuthAuthorizationController(paypal).requestToken({ authorization: `Basic ${btoa('client:secret')}` })).result;
  assert.equal(token.tokenType, 'Bearer');
  assert.equal(token.expiresIn, 32400n);
  const error = await refused(new OrdersController(client('wrong')).getOrder({ id: '5O190127TN364715T' }));
  assert.match(`${error.message}${error.body ?? ''}`, /invalid_client|Client is not authorized|401/);
});

test('a token ends', async () => {
  const old = orders;
  const { id } = await create('CAPTURE');
  await advance(32401);
  const error = await refused(old.getOrder({ id }));
  assert.deepEqual([error.statusCode, error.result.name], [401, 'AUTHENTICATION_FAILURE']);
  assert.equal((await orders.getOrder({ id })).result.id, id);
});

test('an order waits for its payer', async () => {
  const order = await create('CAPTURE');
  assert.equal(order.status, 'CREATED');
  assert.match(link(order, 'approve'), /checkoutnow\?token=/);
  assert.equal(issue(await refused(orders.captureOrder({ id: order.id, paypalRequestId: key() }))), 'ORDER_NOT_APPROVED');
});

test('the payer approves, comes back, and the order is captured', async () => {
  const order = await create('CAPTURE', { paymentSource: { paypal: { experienceContext: { ...urls, userAction: 'PAY_NOW' } } } });
  assert.equal(order.status, 'PAYER_ACTION_REQUIRED');
  assert.match(await (await fetch(link(order, 'payer-action'))).text(), /10\.00 USD/);
  const back = await browse(link(order, 'payer-action'), { outcome: 'approve' });
  assert.equal(back.searchParams.get('token'), order.id);
  assert.match(back.searchParams.get('PayerID'), /^[2-9A-HJ-NP-Z]{13}$/);
  assert.equal((await orders.getOrder({ id: order.id })).result.status, 'APPROVED');
  const paid = await capture(order.id);
  assert.equal(paid.status, 'COMPLETED');
  assert.equal(paid.payer.emailAddress, 'buyer@example.com');
  assert.equal(first(paid).sellerReceivableBreakdown.netAmount.value, '9.16');
  assert.equal(first(paid).customId, 'c-42');
  assert.equal(issue(await refused(orders.captureOrder({ id: order.id, paypalRequestId: key() }))), 'ORDER_ALREADY_CAPTURED');
});

test('the payer cancels', async () => {
  const order = await create('CAPTURE', { paymentSource: { paypal: { experienceContext: urls } } });
  assert.equal((await browse(link(order, 'payer-action'), { outcome: 'cancel' })).pathname, '/cancel');
  assert.equal((await orders.getOrder({ id: order.id })).result.status, 'PAYER_ACTION_REQUIRED');
});

test('what the wallet is paid from is declined, and the payer is sent back to the same order', async () => {
  const id = await approved('CAPTURE', 'declined');
  const error = await refused(orders.captureOrder({ id, paypalRequestId: key() }));
  assert.deepEqual([error.statusCode, error.result.name, issue(error)], [422, 'UNPROCESSABLE_ENTITY', 'INSTRUMENT_DECLINED']);
  assert.match(error.result.debug_id, /^[0-9a-f]{13}$/);
  await browse(error.result.links.find(one => one.rel === 'redirect').href, { outcome: 'approve' });
  assert.equal((await capture(id)).status, 'COMPLETED');
});

test('a card is charged at once', async () => {
  const paid = await payWithCard('CAPTURE');
  assert.equal(paid.status, 'COMPLETED');
  assert.equal(first(paid).processorResponse.responseCode, '0000');
  assert.deepEqual([paid.paymentSource.card.lastDigits, paid.paymentSource.card.brand], ['1881', 'VISA']);
  assert.equal((await payments.getCapturedPayment({ captureId: first(paid).id })).result.status, 'COMPLETED');
});

for (const [name, code] of [
  ['CCREJECT-REFUSED', '0500'], ['CCREJECT-SF', '9500'], ['CCREJECT-EC', '5400'], ['CCREJECT-IRC', '5180'], ['CCREJECT-IF', '5120'],
  ['CCREJECT-LS', '9520'], ['CCREJECT-IA', '1330'], ['CCREJECT-BANK_ERROR', '5100'], ['CCREJECT-CVV_F', '00N7'],
]) {
  test(`${name} is declined with ${code}, and the order is completed all the same`, async () => {
    const order = await payWithCard('CAPTURE', { name });
    assert.equal(order.status, 'COMPLETED');
    assert.equal(first(order).status, 'DECLINED');
    assert.equal(first(order).processorResponse.responseCode, code);
  });
}

test('money is held, and captured in parts', async () => {
  const held = await authorize(await approved('AUTHORIZE'));
  assert.equal(held.status, 'CREATED');
  const part = (await payments.captureAuthorizedPayment({
    authorizationId: held.id, prefer: whole, paypalRequestId: key(), body: { amount: { currencyCode: 'USD', value: '4.00' } },
  })).result;
  assert.deepEqual([part.status, part.finalCapture], ['COMPLETED', false]);
  assert.equal((await payments.getAuthorizedPayment({ authorizationId: held.id })).result.status, 'PARTIALLY_CAPTURED');
  const tooMuch = { amount: { currencyCode: 'USD', value: '6.01' } };
  assert.equal(issue(await refused(payments.captureAuthorizedPayment({ authorizationId: held.id, body: tooMuch }))), 'MAX_CAPTURE_AMOUNT_EXCEEDED');
  const euros = { amount: { currencyCode: 'EUR', value: '1.00' } };
  assert.equal(issue(await refused(payments.captureAuthorizedPayment({ authorizationId: held.id, body: euros }))), 'AUTH_CAPTURE_CURRENCY_MISMATCH');
  await payments.captureAuthorizedPayment({ authorizationId: held.id, body: { amount: { currencyCode: 'USD', value: '5.00' }, finalCapture: true } });
  assert.equal((await payments.getAuthorizedPayment({ authorizationId: held.id })).result.status, 'CAPTURED');
  assert.equal(issue(await refused(payments.captureAuthorizedPayment({ authorizationId: held.id }))), 'AUTHORIZATION_ALREADY_CAPTURED');
});

test('a hold is released, and a released one is not captured', async () => {
  const held = await authorize(await approved('AUTHORIZE'));
  assert.equal((await payments.voidPayment({ authorizationId: held.id, prefer: whole })).result.status, 'VOIDED');
  assert.equal(issue(await refused(payments.voidPayment({ authorizationId: held.id }))), 'PREVIOUSLY_VOIDED');
  assert.equal(issue(await refused(payments.captureAuthorizedPayment({ authorizationId: held.id }))), 'AUTHORIZATION_VOIDED');
});

test('a hold is renewed once, after three days, and ends after twenty-nine', async () => {
  const held = await authorize(await approved('AUTHORIZE'));
  const more = { amount: { currencyCode: 'USD', value: '11.00' } };
  assert.equal(issue(await refused(payments.reauthorizePayment({ authorizationId: held.id, body: more }))), 'REAUTHORIZATION_TOO_SOON');
  await advance(4 * 86400);
  const renewed = (await payments.reauthorizePayment({ authorizationId: held.id, prefer: whole, body: more })).result;
  assert.equal(renewed.amount.value, '11.00');
  await advance(4 * 86400);
  assert.equal(issue(await refused(payments.reauthorizePayment({ authorizationId: renewed.id, body: more }))), 'REAUTHORIZATION_NOT_SUPPORTED');
  await advance(29 * 86400);
  assert.equal(issue(await refused(payments.captureAuthorizedPayment({ authorizationId: renewed.id }))), 'AUTHORIZATION_EXPIRED');
});

test('a held payment is reviewed first', async () => {
  const held = await authorize(await approved('AUTHORIZE', 'review'));
  assert.deepEqual([held.status, held.statusDetails.reason], ['PENDING', 'PENDING_REVIEW']);
  await control('', { do: 'resolve', id: held.id, status: 'CREATED' });
  assert.equal((await payments.getAuthorizedPayment({ authorizationId: held.id })).result.status, 'CREATED');
});

test('refunds are partial, full, and never more than was captured', async () => {
  const taken = first(await payWithCard('CAPTURE'));
  const refund = async value => (await payments.refundCapturedPayment({
    captureId: taken.id, prefer: whole, paypalRequestId: key(), body: value && { amount: { currencyCode: 'USD', value } },
  })).result;
  const part = await refund('2.50');
  assert.equal(part.status, 'COMPLETED');
  assert.equal(part.sellerPayableBreakdown.totalRefundedAmount.value, '2.50');
  assert.equal((await payments.getCapturedPayment({ captureId: taken.id })).result.status, 'PARTIALLY_REFUNDED');
  assert.equal(issue(await refused(refund('7.51'))), 'REFUND_AMOUNT_EXCEEDED');
  assert.equal((await refund()).amount.value, '7.50');
  assert.equal(issue(await refused(refund())), 'CAPTURE_FULLY_REFUNDED');
  assert.equal((await payments.getRefund({ refundId: part.id })).result.amount.value, '2.50');
});

test('an electronic cheque is pending, and so is its refund', async () => {
  const taken = first(await capture(await approved('CAPTURE', 'echeck')));
  assert.deepEqual([taken.status, taken.statusDetails.reason], ['PENDING', 'ECHECK']);
  assert.equal(issue(await refused(payments.refundCapturedPayment({ captureId: taken.id }))), 'PENDING_CAPTURE');
  await advance(5 * 86400);
  assert.equal((await payments.getCapturedPayment({ captureId: taken.id })).result.status, 'COMPLETED');
  const waiting = (await payments.refundCapturedPayment({ captureId: taken.id, paypalRequestId: key() })).result;
  assert.equal(waiting.status, 'PENDING');
  await control('', { do: 'resolve', id: waiting.id, status: 'FAILED' });
  assert.equal((await payments.getRefund({ refundId: waiting.id })).result.status, 'FAILED');
  assert.equal((await payments.getCapturedPayment({ captureId: taken.id })).result.status, 'COMPLETED');
});

test('a repeat with the same request id is the same thing as it stands now', async () => {
  const request = { prefer: whole, paypalRequestId: 'repeat-1', body: { intent: 'CAPTURE', purchaseUnits: [unit()], paymentSource: { card: visa } } };
  const one = await orders.createOrder(request);
  const two = await orders.createOrder(request);
  assert.deepEqual([one.statusCode, two.statusCode], [201, 200]);
  assert.equal(two.result.id, one.result.id);
  await payments.refundCapturedPayment({ captureId: first(one.result).id, paypalRequestId: 'repeat-2' });
  assert.equal(first((await orders.createOrder(request)).result).status, 'REFUNDED');
  const other = { ...request, body: { ...request.body, purchaseUnits: [unit('11.00')] } };
  assert.equal(issue(await refused(orders.createOrder(other))), 'DUPLICATE_REQUEST_ID');
});

test('after six hours a request id is forgotten, for payments after forty-five days', async () => {
  const request = { prefer: whole, paypalRequestId: 'repeat-3', body: { intent: 'CAPTURE', purchaseUnits: [unit()], paymentSource: { card: visa } } };
  const one = (await orders.createOrder(request)).result;
  const refund = { captureId: first(one).id, paypalRequestId: 'repeat-4', body: { amount: { currencyCode: 'USD', value: '1.00' } } };
  const back = (await payments.refundCapturedPayment(refund)).result;
  await advance(6 * 3600 + 1);
  assert.notEqual((await orders.createOrder(request)).result.id, one.id);
  assert.equal((await payments.refundCapturedPayment(refund)).result.id, back.id);
});

test('an answer that is lost after the work is found again by its request id', async () => {
  await control('/faults', { kind: 'drop', path: '/refund', times: 1, afterWork: true });
  const taken = first(await payWithCard('CAPTURE'));
  const request = { captureId: taken.id, paypalRequestId: 'lost-1', prefer: whole };
  await refused(payments.refundCapturedPayment(request));
  assert.equal((await payments.refundCapturedPayment(request)).result.amount.value, '10.00');
  const { supplementaryData } = (await payments.getCapturedPayment({ captureId: taken.id })).result;
  assert.equal((await orders.getOrder({ id: supplementaryData.relatedIds.orderId })).result.purchaseUnits[0].payments.refunds.length, 1);
});

test('an order that is paid at once needs a request id', async () => {
  const body = { intent: 'CAPTURE', purchaseUnits: [unit()], paymentSource: { card: visa } };
  const error = await refused(orders.createOrder({ body }));
  assert.deepEqual([error.statusCode, issue(error)], [400, 'PAYPAL_REQUEST_ID_REQUIRED']);
});

test('amounts are checked as PayPal does', async () => {
  const with_ = amount => refused(orders.createOrder({ body: { intent: 'CAPTURE', purchaseUnits: [{ amount }] } }));
  assert.equal(issue(await with_({ currencyCode: 'USD', value: '1.001' })), 'DECIMAL_PRECISION');
  assert.equal(issue(await with_({ currencyCode: 'JPY', value: '1000.00' })), 'DECIMALS_NOT_SUPPORTED');
  assert.equal(issue(await with_({ currencyCode: 'USD', value: '0.00' })), 'CANNOT_BE_ZERO_OR_NEGATIVE');
  assert.equal(issue(await with_({ currencyCode: 'XXX', value: '1.00' })), 'INVALID_CURRENCY_CODE');
  const breakdown = { itemTotal: { currencyCode: 'USD', value: '9.00' }, shipping: { currencyCode: 'USD', value: '2.00' } };
  assert.equal(issue(await with_({ currencyCode: 'USD', value: '10.00', breakdown })), 'AMOUNT_MISMATCH');
  const yen = (await orders.createOrder({ prefer: whole, body: { intent: 'CAPTURE', purchaseUnits: [{ amount: { currencyCode: 'JPY', value: '1000' } }] } })).result;
  assert.equal(yen.purchaseUnits[0].amount.value, '1000');
});

test('an order is changed before it is paid', async () => {
  const order = await create('CAPTURE');
  await orders.patchOrder({ id: order.id, body: [
    { op: 'replace', path: "/purchase_units/@reference_id=='default'/amount", value: { currency_code: 'USD', value: '12.00' } },
    { op: 'add', path: "/purchase_units/@reference_id=='default'/invoice_id", value: 'inv-1' },
  ] });
  const changed = (await orders.getOrder({ id: order.id })).result.purchaseUnits[0];
  assert.deepEqual([changed.amount.value, changed.invoiceId], ['12.00', 'inv-1']);
  assert.equal(issue(await refused(orders.patchOrder({ id: order.id, body: [{ op: 'replace', path: '/status', value: 'COMPLETED' }] }))), 'NOT_PATCHABLE');
});

test('the same invoice is not paid twice', async () => {
  const pay = () => create('CAPTURE', { purchaseUnits: [unit('10.00', { invoiceId: 'inv-2' })], paymentSource: { card: visa } });
  await pay();
  assert.equal(issue(await refused(pay())), 'DUPLICATE_INVOICE_ID');
});

test('a browser gives an order its card, and the server captures it', async () => {
  const order = await create('CAPTURE');
  const confirmed = (await orders.confirmOrder({ id: order.id, body: { paymentSource: { card: visa } } })).result;
  assert.equal(confirmed.status, 'APPROVED');
  assert.equal(first(await capture(order.id)).status, 'COMPLETED');
});

test('an order does only what it was made for', async () => {
  const order = await create('AUTHORIZE');
  assert.equal(issue(await refused(orders.captureOrder({ id: order.id }))), 'ACTION_DOES_NOT_MATCH_INTENT');
});

for (const [number, shift, status] of [
  ['4868719196829038', 'POSSIBLE', 'Y'], ['4868719158130060', 'NO', 'N'], ['4868719581920723', 'POSSIBLE', 'A'],
  ['4868719033482561', 'NO', 'U'], ['4868719081564153', 'NO', 'R'],
]) {
  test(`3-D Secure says ${shift} and ${status} of ${number}`, async () => {
    const order = await payWithCard('CAPTURE', { number, attributes: { verification: { method: 'SCA_WHEN_REQUIRED' } }, experienceContext: urls });
    assert.equal(order.status, 'PAYER_ACTION_REQUIRED');
    assert.equal(issue(await refused(orders.captureOrder({ id: order.id }))), 'PAYER_ACTION_REQUIRED');
    await browse(link(order, 'payer-action'), {});
    const answered = (await orders.getOrder({ id: order.id })).result;
    assert.equal(answered.status, 'APPROVED');
    const result = answered.paymentSource.card.authenticationResult;
    assert.deepEqual([result.liabilityShift, result.threeDSecure.authenticationStatus], [shift, status]);
  });
}

test('the bank asks the card holder on its page', async () => {
  const order = await payWithCard('AUTHORIZE', { attributes: { verification: { method: 'SCA_ALWAYS' } }, experienceContext: urls });
  assert.match(await (await fetch(link(order, 'payer-action'))).text(), /Your bank asks/);
  const back = await browse(link(order, 'payer-action'), { outcome: 'complete' });
  assert.equal(back.searchParams.get('liability_shift'), 'POSSIBLE');
  assert.equal((await authorize(order.id)).status, 'CREATED');
});

test('a card is saved, charged again without its holder, listed and deleted', async () => {
  const setup = (await vault.createSetupToken({ paypalRequestId: key(), body: { customer: { id: 'customer_1' }, paymentSource: { card: visa } } })).result;
  assert.equal(setup.status, 'APPROVED');
  const token = (await vault.createPaymentToken({ paypalRequestId: key(), body: { paymentSource: { token: { id: setup.id, type: 'SETUP_TOKEN' } } } })).result;
  assert.deepEqual([token.customer.id, token.paymentSource.card.lastDigits], ['customer_1', '1881']);
  const storedCredential = { paymentInitiator: 'MERCHANT', paymentType: 'UNSCHEDULED', usage: 'SUBSEQUENT' };
  const paid = await create('CAPTURE', { paymentSource: { card: { vaultId: token.id, storedCredential } } });
  assert.equal(first(paid).status, 'COMPLETED');
  assert.equal((await vault.listCustomerPaymentTokens({ customerId: 'customer_1', totalRequired: true })).result.totalItems, 1);
  assert.equal((await vault.getPaymentToken(token.id)).result.id, token.id);
  await vault.deletePaymentToken(token.id);
  assert.equal((await refused(vault.getPaymentToken(token.id))).statusCode, 404);
  assert.equal(issue(await refused(create('CAPTURE', { paymentSource: { card: { vaultId: token.id } } }))), 'TOKEN_ID_NOT_FOUND');
});

test('a browser fills the card of a setup token in', async () => {
  const setup = (await vault.createSetupToken({ paypalRequestId: key(), body: { paymentSource: { card: { experienceContext: urls } } } })).result;
  assert.equal(setup.status, 'CREATED');
  const confirm = () => vault.createPaymentToken({ paypalRequestId: key(), body: { paymentSource: { token: { id: setup.id, type: 'SETUP_TOKEN' } } } });
  assert.equal(issue(await refused(confirm())), 'TOKEN_NOT_APPROVED');
  await browse(link(setup, 'approve'), { outcome: 'approve', number: visa.number, expiry: visa.expiry, security_code: '123', name: 'John Doe' });
  assert.equal((await vault.getSetupToken(setup.id)).result.status, 'APPROVED');
  assert.equal((await confirm()).result.paymentSource.card.lastDigits, '1881');
});

test('a wallet is saved with the first payment, and another one before any', async () => {
  const order = await create('CAPTURE', { paymentSource: { paypal: {
    experienceContext: urls, attributes: { vault: { storeInVault: 'ON_SUCCESS', usageType: 'MERCHANT' }, customer: { id: 'customer_2' } },
  } } });
  await browse(link(order, 'payer-action'), { outcome: 'approve' });
  const kept = (await capture(order.id)).paymentSource.paypal.attributes.vault;
  assert.deepEqual([kept.status, kept.customer.id], ['VAULTED', 'customer_2']);
  assert.equal((await create('CAPTURE', { paymentSource: { paypal: { vaultId: kept.id } } })).status, 'COMPLETED');
  const setup = (await vault.createSetupToken({ paypalRequestId: key(), body: { paymentSource: { paypal: { usageType: 'MERCHANT', experienceContext: urls } } } })).result;
  await browse(link(setup, 'approve'), { outcome: 'approve' });
  const token = (await vault.createPaymentToken({ paypalRequestId: key(), body: { paymentSource: { token: { id: setup.id, type: 'SETUP_TOKEN' } } } })).result;
  assert.equal(token.paymentSource.paypal.emailAddress, 'buyer@example.com');
});

for (const [code, status] of [['INSTRUMENT_DECLINED', 422], ['TRANSACTION_REFUSED', 422], ['PERMISSION_DENIED', 403], ['PREVIOUS_REQUEST_IN_PROGRESS', 409]]) {
  test(`negative testing answers ${code}`, async () => {
    const error = await refused(orders.createOrder({
      paypalMockResponse: JSON.stringify({ mock_application_codes: code }), body: { intent: 'CAPTURE', purchaseUnits: [unit()] },
    }));
    assert.deepEqual([error.statusCode, issue(error)], [status, code]);
  });
}

test('it says that it is busy, and that it is broken', async () => {
  for (const [status, name] of [[429, 'RATE_LIMIT_REACHED'], [500, 'INTERNAL_SERVER_ERROR'], [503, 'SERVICE_UNAVAILABLE']]) {
    await control('/faults', { kind: 'status', path: '/v2/', status, times: 1 });
    const error = await refused(orders.getOrder({ id: 'NONE' }));
    assert.deepEqual([error.statusCode, said(error).name], [status, name]);
  }
});

test('what is missing is not found, and what is wrong is named', async () => {
  const missing = await refused(payments.getRefund({ refundId: 'NONE' }));
  assert.deepEqual([missing.statusCode, missing.result.name, issue(missing)], [404, 'RESOURCE_NOT_FOUND', 'INVALID_RESOURCE_ID']);
  const wrong = await api('POST', '/v2/checkout/orders', { intent: 'SELL', purchase_units: [{ amount: { currency_code: 'USD', value: '1.00' } }] });
  assert.deepEqual([wrong.status, wrong.json.details[0].issue, wrong.json.details[0].field], [400, 'INVALID_PARAMETER_VALUE', '/intent']);
  const absent = await api('POST', '/v2/checkout/orders', { intent: 'CAPTURE' });
  assert.deepEqual([absent.json.details[0].issue, absent.json.details[0].field], ['MISSING_REQUIRED_PARAMETER', '/purchase_units']);
});

// "Verify the signature" in PayPal's webhook documentation, with nothing but the message and the id of the webhook.
const verified = async (message, webhookId) => {
  const header = name => message.headers[`paypal-${name}`];
  const signed = [header('transmission-id'), header('transmission-time'), webhookId, zlib.crc32(message.body)].join('|');
  const certificate = await (await fetch(header('cert-url'))).text();
  return crypto.createVerify('SHA256').update(signed).verify(new crypto.X509Certificate(certificate).publicKey, header('transmission-sig'), 'base64');
};

const verifiedByCall = async (message, webhookId) => {
  const header = name => message.headers[`paypal-${name}`];
  const fields = {
    auth_algo: header('auth-algo'), cert_url: header('cert-url'), transmission_id: header('transmission-id'),
    transmission_sig: header('transmission-sig'), transmission_time: header('transmission-time'), webhook_id: webhookId,
  };
  const answer = await api('POST', '/v1/notifications/verify-webhook-signature', `${JSON.stringify(fields).slice(0, -1)},"webhook_event":${message.body}}`);
  return answer.json.verification_status;
};

test('webhooks are signed as PayPal documents it', async () => {
  const url = `http://127.0.0.1:${receiver.address().port}/hook`;
  const made = (await api('POST', '/v1/notifications/webhooks', { url, event_types: [{ name: 'PAYMENT.CAPTURE.COMPLETED' }, { name: 'PAYMENT.CAPTURE.REFUNDED' }] })).json;
  assert.equal((await api('POST', '/v1/notifications/webhooks', { url, event_types: [{ name: '*' }] })).json.details[0].issue, 'WEBHOOK_URL_ALREADY_EXISTS');
  const taken = first(await payWithCard('CAPTURE'));
  const message = await arrived(event => event.resource.id === taken.id);
  const event = JSON.parse(message.body);
  assert.deepEqual([event.event_type, event.resource_type, event.resource.custom_id], ['PAYMENT.CAPTURE.COMPLETED', 'capture', 'c-42']);
  assert.equal(message.headers['paypal-auth-algo'], 'SHA256withRSA');
  assert.equal(await verified(message, made.id), true);
  assert.equal(await verifiedByCall(message, made.id), 'SUCCESS');
  assert.equal(await verified(message, 'ANOTHERWEBHOOK'), false);
  assert.equal(await verifiedByCall(message, 'ANOTHERWEBHOOK'), 'FAILURE');
  const changed = { ...message, body: Buffer.from(`${message.body}`.replace('10.00', '90.00')) };
  assert.equal(await verified(changed, made.id), false);
  assert.equal(await verifiedByCall(changed, made.id), 'FAILURE');
  await control('/faults', { kind: 'webhook_forged', times: 1 });
  const back = (await payments.refundCapturedPayment({ captureId: taken.id, prefer: whole })).result;
  const forged = await arrived(one => one.resource.id === back.id);
  assert.equal(await verified(forged, made.id), false);
  assert.equal(await verifiedByCall(forged, made.id), 'FAILURE');
  assert.match(JSON.parse(forged.body).resource.links.find(one => one.rel === 'up').href, new RegExp(`/captures/${taken.id}$`));
  assert.equal((await api('GET', '/v1/notifications/webhooks')).json.webhooks.length, 1);
  assert.ok((await api('GET', `/v1/notifications/webhooks-events?event_type=PAYMENT.CAPTURE.COMPLETED`)).json.count > 0);
  const simulated = (await api('POST', '/v1/notifications/simulate-event', { webhook_id: made.id, event_type: 'PAYMENT.CAPTURE.DENIED' })).json;
  const told = await arrived(one => one.id === simulated.id);
  assert.deepEqual([await verified(told, made.id), await verified(told, 'WEBHOOK_ID')], [false, true]);
  assert.equal((await api('DELETE', `/v1/notifications/webhooks/${made.id}`)).status, 204);
});

const dispute = async more => control('', { do: 'open_dispute', capture: first(await payWithCard('CAPTURE')).id, ...more });

test('a dispute is answered with evidence and won', async () => {
  const opened = await dispute({ reason: 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED' });
  const path = `/v1/customer/disputes/${opened.dispute_id}`;
  assert.equal((await api('GET', path)).json.status, 'WAITING_FOR_SELLER_RESPONSE');
  const form = new FormData();
  const input = { evidences: [{ evidence_type: 'PROOF_OF_FULFILLMENT', evidence_info: { tracking_info: [{ carrier_name: 'FEDEX', tracking_number: '122533485' }] } }] };
  form.append('input', new Blob([JSON.stringify(input)], { type: 'application/json' }));
  form.append('evidence-file', new Blob(['receipt']), 'receipt.pdf');
  assert.equal((await api('POST', `${path}/provide-evidence`, form)).status, 200);
  assert.equal((await api('GET', path)).json.status, 'UNDER_REVIEW');
  assert.equal((await api('POST', `${path}/adjudicate`, { adjudication_outcome: 'SELLER_FAVOR' })).status, 200);
  const won = (await api('GET', path)).json;
  assert.deepEqual([won.status, won.dispute_outcome.outcome_code], ['RESOLVED', 'RESOLVED_SELLER_FAVOUR']);
  assert.deepEqual(won.money_movements.map(one => one.type), ['DEBIT', 'CREDIT']);
});

test('a dispute is accepted, and another one is not answered in time', async () => {
  const accepted = await dispute({ stage: 'INQUIRY' });
  const form = new FormData();
  form.append('input', new Blob([JSON.stringify({ note: 'Full refund', accept_claim_type: 'REFUND' })], { type: 'application/json' }));
  assert.equal((await api('POST', `/v1/customer/disputes/${accepted.dispute_id}/accept-claim`, form)).status, 200);
  assert.equal((await api('GET', `/v1/customer/disputes/${accepted.dispute_id}`)).json.dispute_outcome.outcome_code, 'ACCEPTED');
  const late = await dispute();
  const found = (await api('GET', `/v1/customer/disputes?disputed_transaction_id=${late.disputed_transactions[0].seller_transaction_id}`)).json.items;
  assert.deepEqual(found.map(one => one.dispute_id), [late.dispute_id]);
  await advance(11 * 86400);
  assert.equal((await api('GET', `/v1/customer/disputes/${late.dispute_id}`)).json.status ?? 'no', 'RESOLVED');
});

test('the statement has a line for each movement of money, with its fee', async () => {
  const taken = first(await payWithCard('CAPTURE'));
  const back = (await payments.refundCapturedPayment({ captureId: taken.id, prefer: whole, body: { amount: { currencyCode: 'USD', value: '1.00' } } })).result;
  const now = new Date((await control('')).time);
  const day = offset => new Date(now.getTime() + offset * 86400_000).toISOString();
  const page = (await reports.searchTransactions({ startDate: day(-1), endDate: day(1), fields: 'all', pageSize: 500 })).result;
  const line = id => page.transactionDetails.map(one => one.transactionInfo).find(one => one.transactionId === id);
  assert.deepEqual(
    [line(taken.id).transactionEventCode, line(taken.id).transactionAmount.value, line(taken.id).feeAmount.value, line(taken.id).customField],
    ['T0005', '10.00', '-0.84', 'c-42']);
  assert.deepEqual([line(back.id).transactionEventCode, line(back.id).transactionAmount.value, line(back.id).paypalReferenceId], ['T1107', '-1.00', taken.id]);
  const balances = (await reports.searchBalances({ currencyCode: 'USD' })).result.balances;
  assert.equal(balances[0].totalBalance.value, page.transactionDetails.at(-1).transactionInfo.endingBalance.value);
  await control('', { do: 'pay_out' });
  assert.equal((await reports.searchBalances({ currencyCode: 'USD' })).result.balances[0].totalBalance.value, '0.00');
  assert.equal((await refused(reports.searchTransactions({ startDate: day(-40), endDate: day(1) }))).statusCode, 400);
});

test('nothing that was asked or answered broke the description', async () => {
  const seen = await control('/journal');
  assert.deepEqual(seen.violations.filter(one => one.side === 'answer'), []);
  assert.deepEqual(seen.violations.filter(one => one.side === 'request').map(one => `${one.field} ${one.kind}`).sort(), ['intent enum', 'purchase_units missing']);
});
