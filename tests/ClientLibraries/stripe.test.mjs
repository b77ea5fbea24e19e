// Stripe's own library against the simulator: if it reads our answers and accepts our signatures, they are Stripe's.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';

const origin = new URL(process.env.SIMULATOR);
const options = { host: origin.hostname, port: origin.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false };
const stripe = new Stripe('sk_test_simulator', options);
const browser = new Stripe('pk_test_simulator', options);
const automatic = { enabled: true, allow_redirects: 'never' };

const control = async (path, body) => {
  const answer = await fetch(new URL(`/_control${path}`, origin), body && { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.ok, true, await answer.clone().text());
  return answer.json();
};

const refused = async promise => promise.then(() => assert.fail('was not refused'), error => error);

const received = [];
const arrivals = [];
let receiver;

before(async () => {
  receiver = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    received.push({ body: Buffer.concat(parts), signature: request.headers['stripe-signature'] });
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

const pay = more => stripe.paymentIntents.create({
  amount: 1099, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, automatic_payment_methods: automatic, ...more,
});

test('a payment is taken at once', async () => {
  const paid = await pay({ metadata: { order: '42' } });
  assert.equal(paid.status, 'succeeded');
  assert.equal(paid.amount_received, 1099);
  assert.equal(paid.metadata.order, '42');
  const again = await stripe.paymentIntents.retrieve(paid.id, { expand: ['latest_charge.balance_transaction'] });
  assert.equal(again.latest_charge.balance_transaction.net, 1099 - again.latest_charge.balance_transaction.fee);
  assert.equal(again.latest_charge.payment_method_details.card.last4, '4242');
});

test('a payment is created first and confirmed afterwards', async () => {
  const created = await stripe.paymentIntents.create({ amount: 500, currency: 'jpy', automatic_payment_methods: automatic });
  assert.equal(created.status, 'requires_payment_method');
  const updated = await stripe.paymentIntents.update(created.id, { amount: 700, description: 'Tea' });
  assert.equal(updated.amount, 700);
  const paid = await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_mastercard' });
  assert.equal(paid.status, 'succeeded');
});

test('money is held, raised, captured in parts', async () => {
  const held = await pay({ capture_method: 'manual' });
  assert.equal(held.status, 'requires_capture');
  assert.equal((await stripe.paymentIntents.incrementAuthorization(held.id, { amount: 2000 })).amount_capturable, 2000);
  const part = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 500, final_capture: false });
  assert.equal(part.status, 'requires_capture');
  const rest = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
  assert.equal(rest.status, 'succeeded');
  assert.equal(rest.amount_received, 1500);
});

test('a hold is released, and a released one is not captured', async () => {
  const held = await pay({ capture_method: 'manual' });
  const canceled = await stripe.paymentIntents.cancel(held.id, { cancellation_reason: 'requested_by_customer' });
  assert.equal(canceled.status, 'canceled');
  const error = await refused(stripe.paymentIntents.capture(held.id));
  assert.equal(error.code, 'payment_intent_unexpected_state');
  assert.equal(error.statusCode, 400);
});

for (const [card, code, declineCode] of [
  ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
  ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
  ['pm_card_chargeDeclinedProcessingError', 'processing_error', undefined],
]) {
  test(`${card} is declined as ${declineCode ?? code}`, async () => {
    const error = await refused(pay({ payment_method: card }));
    assert.equal(error instanceof Stripe.errors.StripeCardError, true);
    assert.equal(error.code, code);
    assert.equal(error.decline_code || undefined, declineCode);
    assert.equal(error.payment_intent.status, 'requires_payment_method');
    assert.match(error.requestId, /^req_/);
  });
}

test('3-D Secure redirects, and the payment goes on when the payer comes back', async () => {
  const asked = await pay({ payment_method: 'pm_card_threeDSecure2Required', return_url: 'https://shop.example/back' });
  assert.equal(asked.status, 'requires_action');
  const page = asked.next_action.redirect_to_url.url;
  assert.match(await (await fetch(page)).text(), /Your bank asks/);
  const answer = await fetch(page, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome: 'complete', client_secret: asked.client_secret }),
  });
  assert.equal(answer.status, 303);
  assert.match(answer.headers.get('location'), /^https:\/\/shop\.example\/back\?payment_intent=pi_.*redirect_status=succeeded$/);
  assert.equal((await stripe.paymentIntents.retrieve(asked.id)).status, 'succeeded');
});

test('3-D Secure that fails leaves the intent to another method', async () => {
  const asked = await pay({ payment_method: 'pm_card_authenticationRequired', return_url: 'https://shop.example/back' });
  await fetch(asked.next_action.redirect_to_url.url, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome: 'fail', client_secret: asked.client_secret }),
  });
  const failed = await stripe.paymentIntents.retrieve(asked.id);
  assert.equal(failed.status, 'requires_payment_method');
  assert.equal(failed.last_payment_error.code, 'payment_intent_authentication_failure');
});

test('without the payer a card that asks is refused', async () => {
  const customer = await stripe.customers.create({ email: 'jenny@example.com' });
  const error = await refused(pay({ customer: customer.id, payment_method: 'pm_card_authenticationRequired', off_session: true }));
  assert.equal(error.code, 'authentication_required');
});

test('a card is set up with 3-D Secure and then charged without the payer', async () => {
  const customer = await stripe.customers.create({ name: 'Jenny Rosen', metadata: { shop: '1' } });
  const setup = await stripe.setupIntents.create({
    customer: customer.id, payment_method: 'pm_card_authenticationRequiredOnSetup', confirm: true, return_url: 'https://shop.example/back',
    usage: 'off_session',
  });
  assert.equal(setup.status, 'requires_action');
  await fetch(setup.next_action.redirect_to_url.url, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome: 'complete', client_secret: setup.client_secret }),
  });
  const done = await stripe.setupIntents.retrieve(setup.id);
  assert.equal(done.status, 'succeeded');
  const methods = await stripe.customers.listPaymentMethods(customer.id);
  assert.deepEqual(methods.data.map(one => one.id), [done.payment_method]);
  const paid = await pay({ customer: customer.id, payment_method: done.payment_method, off_session: true });
  assert.equal(paid.status, 'succeeded');
});

const setUp = (more, options) => stripe.setupIntents.create(
  { payment_method: 'pm_card_visa', payment_method_types: ['card'], confirm: true, usage: 'off_session', ...more }, options);

test('a set-up is declined, and the library says why', async () => {
  const error = await refused(setUp({ payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds' }));
  assert.deepEqual([error.type, error.code, error.decline_code], ['StripeCardError', 'card_declined', 'insufficient_funds']);
  assert.equal(error.setup_intent.status, 'requires_payment_method');
  const kept = await stripe.setupIntents.retrieve(error.setup_intent.id, { expand: ['latest_attempt'] });
  assert.equal(kept.last_setup_error.decline_code, 'insufficient_funds');
  assert.deepEqual([kept.latest_attempt.status, kept.latest_attempt.setup_error.code], ['failed', 'card_declined']);
});

test('a set-up that is repeated is the same, listed by its customer, and not canceled any more', async () => {
  const customer = await stripe.customers.create({});
  const first = await setUp({ customer: customer.id, metadata: { box: '1' } }, { idempotencyKey: 'setup-1' });
  const again = await setUp({ customer: customer.id, metadata: { box: '1' } }, { idempotencyKey: 'setup-1' });
  assert.deepEqual([first.status, again.id], ['succeeded', first.id]);
  const list = await stripe.setupIntents.list({ customer: customer.id, expand: ['data.latest_attempt', 'data.payment_method'] });
  assert.deepEqual(list.data.map(one => [one.id, one.metadata.box]), [[first.id, '1']]);
  assert.equal(list.data[0].latest_attempt.payment_method_details.card.last4, '4242');
  assert.equal(list.data[0].payment_method.customer, customer.id);
  assert.equal((await refused(stripe.setupIntents.cancel(first.id))).code, 'setup_intent_unexpected_state');
  await stripe.customers.del(customer.id);
  assert.equal((await stripe.paymentMethods.retrieve(first.payment_method)).customer, null);
});

test('3-D Secure of a set-up is wished for, told when it failed, and another card is taken', async () => {
  const asked = await setUp({ payment_method_options: { card: { request_three_d_secure: 'any' } }, return_url: 'https://shop.example/back' });
  assert.equal(asked.status, 'requires_action');
  await fetch(asked.next_action.redirect_to_url.url, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome: 'fail', client_secret: asked.client_secret }),
  });
  const failed = await stripe.setupIntents.retrieve(asked.id, { expand: ['latest_attempt'] });
  assert.deepEqual([failed.status, failed.last_setup_error.code], ['requires_payment_method', 'setup_intent_authentication_failure']);
  assert.equal(failed.latest_attempt.payment_method_details.card.three_d_secure.result, 'failed');
  const other = await stripe.setupIntents.confirm(asked.id, { payment_method: 'pm_card_mastercard' });
  assert.equal(other.status, 'succeeded');
  const waiting = await setUp({ payment_method: 'pm_card_authenticationRequired', return_url: 'https://shop.example/back' });
  assert.equal((await stripe.setupIntents.cancel(waiting.id)).status, 'canceled');
  const told = await stripe.events.list({ limit: 100 });
  assert.deepEqual(told.data.filter(one => one.data.object.id === waiting.id).map(one => one.type),
    ['setup_intent.canceled', 'setup_intent.requires_action', 'setup_intent.created']);
});

test('a method is attached, listed and detached', async () => {
  const customer = await stripe.customers.create({});
  const made = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
  await stripe.paymentMethods.attach(made.id, { customer: customer.id });
  assert.equal((await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data.length, 1);
  assert.equal((await stripe.paymentMethods.detach(made.id)).customer, null);
  assert.equal((await stripe.customers.del(customer.id)).deleted, true);
  assert.equal((await refused(stripe.customers.update(customer.id, { name: 'x' }))).code, 'resource_missing');
});

test('a browser makes a token with its own key, and nothing more', async () => {
  const token = await browser.tokens.create({ card: { number: '4242424242424242', exp_month: '12', exp_year: '2034', cvc: '123' } });
  assert.match(token.id, /^tok_/);
  assert.equal((await refused(browser.tokens.create({ card: { number: '4242424242424241', exp_month: '12', exp_year: '2034', cvc: '1' } }))).code, 'incorrect_number');
  assert.equal((await refused(browser.customers.create({}))).statusCode, 401);
});

test('refunds are partial, full, and never more than was captured', async () => {
  const paid = await pay();
  const part = await stripe.refunds.create({ payment_intent: paid.id, amount: 99, reason: 'requested_by_customer' });
  assert.equal(part.status, 'succeeded');
  assert.equal((await refused(stripe.refunds.create({ payment_intent: paid.id, amount: 1001 }))).code, 'amount_too_large');
  await stripe.refunds.create({ charge: paid.latest_charge });
  assert.equal((await refused(stripe.refunds.create({ charge: paid.latest_charge }))).code, 'charge_already_refunded');
  assert.equal((await stripe.refunds.list({ payment_intent: paid.id })).data.length, 2);
});

test('a refund waits, and another one comes back', async () => {
  const waiting = await stripe.refunds.create({ payment_intent: (await pay({ payment_method: 'pm_card_pendingRefund' })).id });
  const failing = await stripe.refunds.create({ payment_intent: (await pay({ payment_method: 'pm_card_refundFail' })).id });
  assert.deepEqual([waiting.status, failing.status], ['pending', 'succeeded']);
  await control('', { do: 'advance_clock', seconds: 10 });
  assert.equal((await stripe.refunds.retrieve(waiting.id)).status, 'succeeded');
  const failed = await stripe.refunds.retrieve(failing.id);
  assert.deepEqual([failed.status, failed.failure_reason], ['failed', 'expired_or_canceled_card']);
});

test('a pending refund is canceled', async () => {
  const waiting = await stripe.refunds.create({ payment_intent: (await pay({ payment_method: 'pm_card_pendingRefund' })).id });
  assert.equal((await stripe.refunds.cancel(waiting.id)).status, 'canceled');
});

test('a dispute is answered and won', async () => {
  const paid = await pay({ payment_method: 'pm_card_createDispute' });
  const [dispute] = (await stripe.disputes.list({ payment_intent: paid.id })).data;
  assert.equal(dispute.status, 'needs_response');
  const won = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' }, submit: true });
  assert.equal(won.status, 'won');
});

test('a dispute is accepted', async () => {
  const paid = await pay({ payment_method: 'pm_card_createDispute' });
  const [dispute] = (await stripe.disputes.list({ payment_intent: paid.id })).data;
  assert.equal((await stripe.disputes.close(dispute.id)).status, 'lost');
});

test('a repeat with the same key is the same payment; the same key with another request is refused', async () => {
  const request = { amount: 1500, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, automatic_payment_methods: automatic };
  const first = await stripe.paymentIntents.create(request, { idempotencyKey: 'key-1' });
  const second = await stripe.paymentIntents.create(request, { idempotencyKey: 'key-1' });
  assert.equal(second.id, first.id);
  const error = await refused(stripe.paymentIntents.create({ ...request, amount: 1501 }, { idempotencyKey: 'key-1' }));
  assert.equal(error instanceof Stripe.errors.StripeIdempotencyError, true);
});

test('an answer that is lost after the work is found again by its key', async () => {
  await control('/faults', { kind: 'drop', path: '/v1/payment_intents', times: 2, afterWork: true });
  const request = { amount: 1600, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, automatic_payment_methods: automatic };
  await refused(stripe.paymentIntents.create(request, { idempotencyKey: 'key-2' }));
  const found = await stripe.paymentIntents.create(request, { idempotencyKey: 'key-2' });
  const all = await stripe.paymentIntents.list({ limit: 100 });
  assert.equal(all.data.filter(one => one.amount === 1600).length, 1);
  assert.equal(found.status, 'succeeded');
});

test('it says that it is busy, and that it is broken', async () => {
  await control('/faults', { kind: 'status', status: 429, times: 1 });
  assert.equal((await refused(stripe.balance.retrieve())) instanceof Stripe.errors.StripeRateLimitError, true);
  await control('/faults', { kind: 'status', status: 500, times: 1 });
  assert.equal((await refused(stripe.balance.retrieve())) instanceof Stripe.errors.StripeAPIError, true);
});

test('an unknown field and a missing one are named', async () => {
  const unknown = await refused(stripe.paymentIntents.create({ amount: 100, currency: 'usd', colour: 'red' }));
  assert.deepEqual([unknown.code, unknown.param], ['parameter_unknown', 'colour']);
  const missing = await refused(stripe.paymentIntents.create({ amount: 100 }));
  assert.deepEqual([missing.code, missing.param], ['parameter_missing', 'currency']);
});

test('a list has pages', async () => {
  for (let at = 0; at < 3; at++) await stripe.customers.create({ email: 'pages@example.com' });
  const first = await stripe.customers.list({ email: 'pages@example.com', limit: 2 });
  assert.equal(first.has_more, true);
  const second = await stripe.customers.list({ email: 'pages@example.com', limit: 2, starting_after: first.data[1].id });
  assert.deepEqual([second.data.length, second.has_more], [1, false]);
});

test('webhooks are signed as the library checks them', async () => {
  const endpoint = await stripe.webhookEndpoints.create({ url: `http://127.0.0.1:${receiver.address().port}/hook`, enabled_events: ['payment_intent.succeeded'] });
  const paid = await pay({ metadata: { told: 'yes' } });
  const message = await arrived(event => event.data.object.id === paid.id);
  const event = stripe.webhooks.constructEvent(message.body, message.signature, endpoint.secret);
  assert.equal(event.type, 'payment_intent.succeeded');
  assert.throws(() => stripe.webhooks.constructEvent(message.body + ' ', message.signature, endpoint.secret), /signature/i);
  await control('/faults', { kind: 'webhook_forged', times: 1 });
  const other = await pay();
  const forged = await arrived(one => one.data.object.id === other.id);
  assert.throws(() => stripe.webhooks.constructEvent(forged.body, forged.signature, endpoint.secret), /signature/i);
  await control('/faults', { kind: 'webhook_expired', times: 1 });
  const third = await pay();
  const expired = await arrived(one => one.data.object.id === third.id);
  assert.throws(() => stripe.webhooks.constructEvent(expired.body, expired.signature, endpoint.secret), /tolerance/i);
});

test('a payout settles to the minor unit', async () => {
  await pay({ currency: 'gbp', amount: 5000 });
  const { payouts } = await control('', { do: 'pay_out' });
  for (const payout of payouts) {
    const lines = (await stripe.balanceTransactions.list({ payout: payout.id, limit: 100 })).data.filter(one => one.type !== 'payout');
    assert.equal(lines.reduce((sum, one) => sum + one.net, 0), payout.amount);
  }
});

test('nothing that was asked or answered broke the description', async () => {
  const seen = await control('/journal');
  assert.deepEqual(seen.violations.filter(one => one.side === 'answer'), []);
  assert.deepEqual(seen.violations.filter(one => one.side === 'request').map(one => one.field).sort(),
    ['colour', 'currency']);
});
