// Square's own library against the simulator: if it reads our answers and accepts our signatures, they are Square's.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { SquareClient, SquareError, WebhooksHelper } from 'square';

const origin = process.env.SIMULATOR;
const client = (token, more) => new SquareClient({ token, baseUrl: origin, maxRetries: 0, ...more });
const square = client('EAAAsimulator');

const control = async (path, body) => {
  const answer = await fetch(new URL(`/_control${path}`, origin), body && { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.ok, true, await answer.clone().text());
  return answer.json();
};

const refused = async promise => {
  const error = await promise.then(() => assert.fail('was not refused'), thrown => thrown);
  assert.equal(error instanceof SquareError, true, `${error}`);
  return error;
};

const advance = seconds => control('', { do: 'advance_clock', seconds });
const money = (amount, currency = 'USD') => ({ amount: BigInt(amount), currency });
const pay = async (more, options) => (await square.payments.create({
  sourceId: 'cnon:card-nonce-ok', idempotencyKey: randomUUID(), amountMoney: money(1099), ...more,
}, options)).payment;
const refund = (payment, amount, more) => square.refunds.refundPayment({
  idempotencyKey: randomUUID(), paymentId: payment.id, amountMoney: money(amount), ...more,
});
const customer = async more => (await square.customers.create({ givenName: 'Amelia', ...more })).customer;
const card = async (owner, sourceId = 'cnon:card-nonce-ok') => (await square.cards.create({
  idempotencyKey: randomUUID(), sourceId, card: { customerId: owner.id, cardholderName: 'Amelia Earhart' },
})).card;
const all = async page => {
  const items = [];
  for await (const one of page) items.push(one);
  return items;
};

const received = [];
const arrivals = [];
let receiver;
let address;

before(async () => {
  receiver = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    received.push({ body: Buffer.concat(parts).toString(), signature: request.headers['x-square-hmacsha256-signature'] });
    response.writeHead(200).end();
    arrivals.splice(0).forEach(arrived => arrived());
  });
  await new Promise(listening => receiver.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${receiver.address().port}/hook`;
});

after(() => receiver.close());

const arrived = async wanted => {
  for (;;) {
    const found = received.find(one => wanted(JSON.parse(one.body)));
    if (found) return found;
    await new Promise(resolve => arrivals.push(resolve));
  }
};

test('a payment is taken at once', async () => {
  const paid = await pay({ referenceId: '42', note: 'Tea', tipMoney: money(100) });
  assert.equal(paid.status, 'COMPLETED');
  assert.deepEqual([paid.amountMoney.amount, paid.totalMoney.amount, paid.referenceId], [1099n, 1199n, '42']);
  assert.equal(paid.cardDetails.status, 'CAPTURED');
  assert.equal((await square.payments.get({ paymentId: paid.id })).payment.cardDetails.card.cardBrand, 'VISA');
});

test('the fee comes with a later version of the payment', async () => {
  const paid = await pay({ amountMoney: money(10000) });
  assert.equal(paid.processingFee, undefined);
  await advance(10);
  const later = (await square.payments.get({ paymentId: paid.id })).payment;
  assert.deepEqual(later.processingFee.map(one => [one.type, one.amountMoney.amount]), [['INITIAL', 320n]]);
  assert.notEqual(later.versionToken, paid.versionToken);
});

test('money is held, lowered, and completed with the version that was read', async () => {
  const held = await pay({ autocomplete: false });
  assert.deepEqual([held.status, held.cardDetails.status, held.delayAction, held.delayDuration], ['APPROVED', 'AUTHORIZED', 'CANCEL', 'PT168H']);
  const lowered = (await square.payments.update({
    paymentId: held.id, idempotencyKey: randomUUID(), payment: { amountMoney: money(500), versionToken: held.versionToken },
  })).payment;
  assert.deepEqual([lowered.status, lowered.approvedMoney.amount], ['APPROVED', 500n]);
  const stale = await refused(square.payments.complete({ paymentId: held.id, versionToken: held.versionToken }));
  assert.equal(stale.errors[0].code, 'VERSION_MISMATCH');
  const done = (await square.payments.complete({ paymentId: held.id, versionToken: lowered.versionToken })).payment;
  assert.deepEqual([done.status, done.totalMoney.amount], ['COMPLETED', 500n]);
});

test('a hold is canceled, and a canceled one is not completed', async () => {
  const held = await pay({ autocomplete: false });
  assert.equal((await square.payments.cancel({ paymentId: held.id })).payment.status, 'CANCELED');
  const error = await refused(square.payments.complete({ paymentId: held.id }));
  assert.deepEqual([error.statusCode, error.errors[0].code], [400, 'DELAYED_TRANSACTION_CANCELED']);
});

test('a completed payment is not completed again', async () => {
  const error = await refused(square.payments.complete({ paymentId: (await pay()).id }));
  assert.equal(error.errors[0].code, 'DELAYED_TRANSACTION_CAPTURED');
});

test('a hold ends by itself, one way or the other', async () => {
  const released = await pay({ autocomplete: false, delayDuration: 'PT1H' });
  const taken = await pay({ autocomplete: false, delayDuration: 'PT1H', delayAction: 'COMPLETE' });
  await advance(3601);
  assert.equal((await square.payments.get({ paymentId: released.id })).payment.status, 'CANCELED');
  assert.equal((await square.payments.get({ paymentId: taken.id })).payment.status, 'COMPLETED');
  assert.equal((await refused(square.payments.complete({ paymentId: released.id }))).errors[0].code, 'DELAYED_TRANSACTION_EXPIRED');
});

test('an amount of yen is not changed while it is held', async () => {
  const held = await pay({ autocomplete: false, amountMoney: money(500, 'JPY'), locationId: 'LJPY000000001' });
  assert.deepEqual(held.capabilities, ['EDIT_DELAY_ACTION']);
  const error = await refused(square.payments.update({ paymentId: held.id, idempotencyKey: randomUUID(), payment: { amountMoney: money(400, 'JPY') } }));
  assert.equal(error.errors[0].field, 'payment.amount_money');
});

for (const [sourceId, ...codes] of [
  ['cnon:card-nonce-declined', 'GENERIC_DECLINE'],
  ['cnon:card-nonce-rejected-cvv', 'GENERIC_DECLINE', 'CVV_FAILURE'],
  ['cnon:card-nonce-rejected-postalcode', 'ADDRESS_VERIFICATION_FAILURE'],
  ['cnon:card-nonce-rejected-expiration', 'INVALID_EXPIRATION'],
  ['cnon:gift-card-nonce-insufficient-funds', 'INSUFFICIENT_FUNDS'],
  ['cnon:gift-card-nonce-insufficient-permission', 'INSUFFICIENT_PERMISSIONS'],
  ['ccof:customer-card-id-declined', 'GENERIC_DECLINE'],
]) {
  test(`${sourceId} is declined as ${codes.at(-1)}`, async () => {
    const error = await refused(pay({ sourceId }));
    assert.deepEqual(error.errors.map(one => one.code), codes);
    assert.deepEqual(new Set(error.errors.map(one => one.category)), new Set(['PAYMENT_METHOD_ERROR']));
    assert.equal(error.body.payment.status, 'FAILED');
    assert.equal((await square.payments.get({ paymentId: error.body.payment.id })).payment.cardDetails.errors.at(-1).code, codes.at(-1));
  });
}

test('a used token is refused and leaves no payment', async () => {
  const error = await refused(pay({ sourceId: 'cnon:card-nonce-already-used' }));
  assert.deepEqual([error.errors[0].code, error.errors[0].category, error.body.payment], ['CARD_TOKEN_USED', 'INVALID_REQUEST_ERROR', undefined]);
  assert.equal((await refused(pay({ sourceId: 'cnon:nothing' }))).statusCode, 404);
});

test('a card that wants verification is declined without it and taken with it', async () => {
  const sourceId = 'ccof:customer-card-id-requires-verification';
  assert.equal((await refused(pay({ sourceId }))).errors[0].code, 'CARD_DECLINED_VERIFICATION_REQUIRED');
  assert.equal((await pay({ sourceId, verificationToken: 'verf:proof' })).status, 'COMPLETED');
});

test('a debit of a bank account is answered days later', async () => {
  const good = await pay({ sourceId: 'bnon:bank-nonce-ok' });
  const bad = await pay({ sourceId: 'bnon:bank-nonce-insufficient-funds' });
  assert.deepEqual([good.status, bad.status, good.sourceType], ['PENDING', 'PENDING', 'BANK_ACCOUNT']);
  await advance(4 * 86400);
  assert.equal((await square.payments.get({ paymentId: good.id })).payment.status, 'COMPLETED');
  const failed = (await square.payments.get({ paymentId: bad.id })).payment;
  assert.deepEqual([failed.status, failed.bankAccountDetails.errors[0].code], ['FAILED', 'INSUFFICIENT_FUNDS']);
});

test('two amounts show a risk', async () => {
  assert.equal((await pay({ amountMoney: money(2222) })).riskEvaluation.riskLevel, 'MODERATE');
  assert.equal((await pay({ amountMoney: money(3333) })).riskEvaluation.riskLevel, 'HIGH');
});

test('a repeat with the same key is the same payment; with another request it is refused', async () => {
  const request = { sourceId: 'cnon:card-nonce-ok', idempotencyKey: randomUUID(), amountMoney: money(1500) };
  const first = await square.payments.create(request);
  assert.equal((await square.payments.create(request)).payment.id, first.payment.id);
  const error = await refused(square.payments.create({ ...request, amountMoney: money(1501) }));
  assert.deepEqual([error.statusCode, error.errors[0].code], [400, 'IDEMPOTENCY_KEY_REUSED']);
});

test('a decline uses the key up', async () => {
  const idempotencyKey = randomUUID();
  const first = await refused(pay({ sourceId: 'cnon:card-nonce-declined', idempotencyKey }));
  const again = await refused(pay({ sourceId: 'cnon:card-nonce-declined', idempotencyKey }));
  assert.equal(again.body.payment.id, first.body.payment.id);
});

test('an answer that is lost after the work is found again by its key, or undone by it', async () => {
  const idempotencyKey = randomUUID();
  await control('/faults', { kind: 'drop', path: '/v2/payments', times: 1, afterWork: true });
  // The library's timer outlives a connection that breaks, and would hold up the end of the tests.
  await pay({ autocomplete: false, idempotencyKey, referenceId: 'lost' }, { timeoutInSeconds: 5 }).then(() => assert.fail('was answered'), () => {});
  const found = await pay({ autocomplete: false, idempotencyKey, referenceId: 'lost' });
  assert.equal((await all(await square.payments.list())).filter(one => one.referenceId === 'lost').length, 1);
  await square.payments.cancelByIdempotencyKey({ idempotencyKey });
  assert.equal((await square.payments.get({ paymentId: found.id })).payment.status, 'CANCELED');
  await square.payments.cancelByIdempotencyKey({ idempotencyKey: 'of nothing' });
});

test('a payment is refunded in parts, and never beyond what was paid', async () => {
  const paid = await pay();
  const part = (await refund(paid, 99, { reason: 'Cold tea' })).refund;
  assert.deepEqual([part.status, part.paymentId, part.reason], ['PENDING', paid.id, 'Cold tea']);
  assert.equal((await refused(refund(paid, 1001))).errors[0].code, 'REFUND_AMOUNT_INVALID');
  await refund(paid, 1000);
  await advance(10);
  assert.equal((await square.refunds.get({ refundId: part.id })).refund.status, 'COMPLETED');
  const after = (await square.payments.get({ paymentId: paid.id })).payment;
  assert.deepEqual([after.refundedMoney.amount, after.refundIds.length], [1099n, 2]);
  assert.equal((await all(await square.refunds.list({ status: 'COMPLETED' }))).filter(one => one.paymentId === paid.id).length, 2);
});

test('a refund that fails gives the payment its money back', async () => {
  const paid = await pay();
  await control('', { do: 'next_refund', outcome: 'failed' });
  const failing = (await refund(paid, 1099)).refund;
  assert.equal(failing.status, 'PENDING');
  await advance(10);
  assert.equal((await square.refunds.get({ refundId: failing.id })).refund.status, 'FAILED');
  assert.equal((await square.payments.get({ paymentId: paid.id })).payment.refundedMoney.amount, 0n);
  await control('', { do: 'next_refund', outcome: 'already_pending' });
  assert.equal((await refused(refund(paid, 1))).errors[0].code, 'REFUND_ALREADY_PENDING');
});

test('money that is only held is not refunded', async () => {
  const error = await refused(refund(await pay({ autocomplete: false }), 1));
  assert.deepEqual([error.errors[0].category, error.errors[0].code], ['REFUND_ERROR', 'REFUND_ERROR_PAYMENT_NEEDS_COMPLETION']);
});

test('a customer is created, changed, found and deleted', async () => {
  const made = await customer({ emailAddress: 'amelia@example.com', referenceId: 'shop-7' });
  const changed = (await square.customers.update({ customerId: made.id, familyName: 'Earhart', version: made.version })).customer;
  assert.deepEqual([changed.givenName, changed.familyName], ['Amelia', 'Earhart']);
  assert.equal((await refused(square.customers.update({ customerId: made.id, note: 'x', version: made.version }))).statusCode, 409);
  const found = await square.customers.search({ query: { filter: { referenceId: { exact: 'shop-7' } } } });
  assert.deepEqual(found.customers.map(one => one.id), [made.id]);
  await square.customers.delete({ customerId: made.id });
  assert.equal((await refused(square.customers.get({ customerId: made.id }))).statusCode, 404);
  assert.equal((await refused(square.customers.create({ note: 'nobody' }))).statusCode, 400);
});

test('a card is saved, charged without the buyer, listed and disabled', async () => {
  const owner = await customer();
  const saved = await card(owner);
  assert.match(saved.id, /^ccof:/);
  const charge = { sourceId: saved.id, customerDetails: { customerInitiated: false, sellerKeyedIn: false } };
  assert.equal((await refused(pay(charge))).errors[0].field, 'customer_id');
  const paid = await pay({ ...charge, customerId: owner.id });
  assert.deepEqual([paid.status, paid.cardDetails.entryMethod, paid.customerId], ['COMPLETED', 'ON_FILE', owner.id]);
  assert.deepEqual((await all(await square.cards.list({ customerId: owner.id }))).map(one => one.id), [saved.id]);
  assert.equal((await square.cards.disable({ cardId: saved.id })).card.enabled, false);
  assert.equal((await all(await square.cards.list({ customerId: owner.id }))).length, 0);
  assert.equal((await square.cards.get({ cardId: saved.id })).card.enabled, false);
  assert.equal((await refused(pay({ ...charge, customerId: owner.id }))).statusCode, 404);
});

test('the card of a payment is saved afterwards; a bad one is not', async () => {
  const owner = await customer();
  const paid = await pay({ customerId: owner.id });
  assert.equal((await card(owner, paid.id)).last4, '5858');
  assert.equal((await refused(card(owner, 'cnon:card-nonce-declined'))).errors[0].code, 'INVALID_CARD_DATA');
  assert.equal((await refused(card(owner, 'cnon:card-nonce-already-used'))).errors[0].code, 'SOURCE_USED');
  assert.equal((await refused(card({ id: 'nobody' }))).errors[0].code, 'CUSTOMER_NOT_FOUND');
});

test('an amount of the sandbox is disputed, answered and won', async () => {
  const paid = await pay({ amountMoney: money(8804) });
  const [dispute] = (await all(await square.disputes.list({ states: 'EVIDENCE_REQUIRED' }))).filter(one => one.disputedPayment.paymentId === paid.id);
  assert.equal(dispute.reason, 'NO_KNOWLEDGE');
  assert.equal((await refused(refund(paid, 1))).errors[0].code, 'PAYMENT_NOT_REFUNDABLE_DUE_TO_DISPUTE');
  const request = { disputeId: dispute.id, idempotencyKey: randomUUID(), evidenceType: 'TRACKING_NUMBER', evidenceText: '1Z8888888888888888' };
  const text = (await square.disputes.createEvidenceText(request)).evidence;
  assert.equal((await square.disputes.createEvidenceText(request)).evidence.id, text.id);
  const file = (await square.disputes.createEvidenceFile({
    disputeId: dispute.id, request: { idempotencyKey: randomUUID(), evidenceType: 'RECEIPT', contentType: 'application/pdf' },
    imageFile: new File(['%PDF'], 'evidence_won.pdf', { type: 'application/pdf' }),
  })).evidence;
  assert.deepEqual([file.evidenceFile.filename, file.evidenceFile.filetype], ['evidence_won.pdf', 'application/pdf']);
  assert.equal((await square.disputes.submitEvidence({ disputeId: dispute.id })).dispute.state, 'WON');
  assert.equal((await refused(square.disputes.accept({ disputeId: dispute.id }))).errors[0].code, 'BAD_REQUEST');
  assert.equal((await refund(paid, 1)).refund.status, 'PENDING');
});

test('a dispute is accepted, and an unanswered one is lost', async () => {
  const open = async () => control('', { do: 'open_dispute', payment: (await pay()).id, amount: 500 });
  const first = await open();
  const second = await open();
  assert.equal((await square.disputes.accept({ disputeId: first.id })).dispute.state, 'ACCEPTED');
  await advance(15 * 86400);
  assert.equal((await square.disputes.get({ disputeId: second.id })).dispute.state, 'LOST');
});

test('an inquiry moves no money', async () => {
  const paid = await pay();
  const inquiry = await control('', { do: 'open_dispute', payment: paid.id, inquiry: true });
  assert.equal(inquiry.state, 'INQUIRY_EVIDENCE_REQUIRED');
  assert.equal((await refund(paid, 1)).refund.status, 'PENDING');
  assert.equal((await square.disputes.submitEvidence({ disputeId: inquiry.id })).dispute.state, 'INQUIRY_PROCESSING');
  await control('', { do: 'resolve_dispute', dispute: inquiry.id, outcome: 'won' });
  assert.equal((await square.disputes.get({ disputeId: inquiry.id })).dispute.state, 'INQUIRY_CLOSED');
});

test('a list has pages', async () => {
  const owner = await customer();
  for (let at = 0; at < 27; at++) await card(owner);
  const first = await square.cards.list({ customerId: owner.id });
  assert.deepEqual([first.data.length, first.hasNextPage()], [25, true]);
  assert.equal((await all(await square.cards.list({ customerId: owner.id }))).length, 27);
  const payments = await square.payments.list({ limit: 2 });
  assert.deepEqual([payments.data.length, payments.hasNextPage()], [2, true]);
  assert.equal((await refused(square.payments.list({ cursor: 'nowhere' }))).errors[0].code, 'INVALID_CURSOR');
});

test('a list can lag behind', async () => {
  await control('', { do: 'lag_lists', seconds: 30 });
  const paid = await pay({ referenceId: 'lagging' });
  const listed = async () => (await all(await square.payments.list())).some(one => one.id === paid.id);
  assert.equal(await listed(), false);
  assert.equal((await square.payments.get({ paymentId: paid.id })).payment.id, paid.id);
  await advance(60);
  assert.equal(await listed(), true);
  await control('', { do: 'lag_lists', seconds: 0 });
});

test('locations say which currency they take', async () => {
  const { locations } = await square.locations.list();
  assert.deepEqual(locations.slice(0, 2).map(one => one.currency), ['USD', 'CAD']);
  assert.equal((await square.locations.get({ locationId: 'main' })).location.id, locations[0].id);
  assert.equal((await pay({ amountMoney: money(500, 'EUR'), locationId: 'LEUR000000001' })).amountMoney.currency, 'EUR');
  assert.equal((await refused(pay({ amountMoney: money(500, 'EUR') }))).errors[0].field, 'amount_money.currency');
  assert.equal((await refused(pay({ locationId: 'LNOWHERE' }))).errors[0].code, 'INVALID_LOCATION');
});

test('a payout settles to the minor unit, location by location', async () => {
  const paid = await pay({ amountMoney: money(5000, 'GBP'), locationId: 'LGBP000000001' });
  await refund(paid, 1000, { amountMoney: money(1000, 'GBP') });
  await control('', { do: 'pay_out' });
  const payouts = await all(await square.payouts.list({ locationId: 'LGBP000000001' }));
  assert.deepEqual(payouts.map(one => [one.status, one.type]), [['SENT', 'BATCH']]);
  const entries = await all(await square.payouts.listEntries({ payoutId: payouts[0].id }));
  assert.deepEqual(entries.map(one => one.type).sort(), ['CHARGE', 'REFUND']);
  assert.equal(entries.find(one => one.type === 'CHARGE').typeChargeDetails.paymentId, paid.id);
  assert.equal(entries.reduce((sum, one) => sum + one.netAmountMoney.amount, 0n), payouts[0].amountMoney.amount);
  await advance(90000);
  assert.equal((await square.payouts.get({ payoutId: payouts[0].id })).payout.status, 'PAID');
});

test('webhooks are signed as the library checks them, with the key of the day', async () => {
  const { subscription } = await square.webhooks.subscriptions.create({
    idempotencyKey: randomUUID(), subscription: { name: 'Hook', notificationUrl: address, eventTypes: ['payment.updated', 'refund.updated'] },
  });
  const verify = (message, signatureKey, notificationUrl = address) =>
    WebhooksHelper.verifySignature({ requestBody: message.body, signatureHeader: message.signature, signatureKey, notificationUrl });
  const paid = await pay();
  const message = await arrived(event => event.data.id === paid.id);
  const event = JSON.parse(message.body);
  assert.deepEqual([event.type, event.data.type, event.data.object.payment.status], ['payment.updated', 'payment', 'COMPLETED']);
  assert.equal(await verify(message, subscription.signatureKey), true);
  assert.equal(await verify({ ...message, body: message.body + ' ' }, subscription.signatureKey), false);
  assert.equal(await verify(message, subscription.signatureKey, `${address}/`), false);

  await control('/faults', { kind: 'webhook_forged', times: 1 });
  const other = await pay();
  assert.equal(await verify(await arrived(one => one.data.id === other.id), subscription.signatureKey), false);

  const { signatureKey } = await square.webhooks.subscriptions.updateSignatureKey({ subscriptionId: subscription.id, idempotencyKey: randomUUID() });
  const third = await pay();
  const rotated = await arrived(one => one.data.id === third.id);
  assert.deepEqual([await verify(rotated, signatureKey), await verify(rotated, subscription.signatureKey)], [true, false]);

  const tested = await square.webhooks.subscriptions.test({ subscriptionId: subscription.id, eventType: 'refund.updated' });
  const example = JSON.parse(tested.subscriptionTestResult.payload);
  await arrived(one => one.event_id === example.event_id);
  assert.equal((await all(await square.webhooks.subscriptions.list())).length, 1);
  await square.webhooks.subscriptions.delete({ subscriptionId: subscription.id });
  assert.equal((await all(await square.webhooks.subscriptions.list())).length, 0);
});

test('a subscription names types that there are', async () => {
  const { eventTypes } = await square.webhooks.eventTypes.list();
  assert.equal(eventTypes.includes('payment.updated'), true);
  const error = await refused(square.webhooks.subscriptions.create({
    idempotencyKey: randomUUID(), subscription: { name: 'Hook', notificationUrl: address, eventTypes: ['payment.completed'] },
  }));
  assert.equal(error.errors[0].code, 'INVALID_ARRAY_VALUE');
});

const allow = async more => {
  const query = new URLSearchParams({ client_id: 'sandbox-sq0idb-shop', redirect_uri: 'https://shop.example/back', scope: 'PAYMENTS_READ PAYMENTS_WRITE', state: 's1', ...more });
  assert.match(await (await fetch(new URL(`/oauth2/authorize?${query}`, origin))).text(), /PAYMENTS_WRITE/);
  query.set('answer', 'allow');
  const answer = await fetch(new URL('/oauth2/authorize', origin), { method: 'POST', redirect: 'manual', body: query });
  const back = new URL(answer.headers.get('location'));
  assert.equal(back.searchParams.get('state'), 's1');
  return back.searchParams.get('code');
};

test('a seller lets an application in, and out again', async () => {
  const application = { clientId: 'sandbox-sq0idb-shop', clientSecret: 'sandbox-sq0csb-secret' };
  const code = await allow();
  const token = await square.oAuth.obtainToken({ ...application, grantType: 'authorization_code', code });
  assert.match(token.accessToken, /^EAAA/);
  assert.equal((await refused(square.oAuth.obtainToken({ ...application, grantType: 'authorization_code', code }))).statusCode, 401);
  const seller = client(token.accessToken);
  assert.deepEqual((await seller.oAuth.retrieveTokenStatus()).scopes, ['PAYMENTS_READ', 'PAYMENTS_WRITE']);
  assert.equal((await seller.payments.list({ limit: 1 })).data.length, 1);
  assert.equal((await refused(seller.disputes.list())).errors[0].code, 'INSUFFICIENT_SCOPES');
  const refreshed = await square.oAuth.obtainToken({ ...application, grantType: 'refresh_token', refreshToken: token.refreshToken });
  assert.equal(refreshed.refreshToken, token.refreshToken);
  await advance(31 * 86400);
  assert.equal((await refused(seller.payments.list())).errors[0].code, 'ACCESS_TOKEN_EXPIRED');
  const fresh = await square.oAuth.obtainToken({ ...application, grantType: 'refresh_token', refreshToken: token.refreshToken, shortLived: true });
  await square.oAuth.revokeToken({ clientId: application.clientId, accessToken: fresh.accessToken }, { headers: { Authorization: `Client ${application.clientSecret}` } });
  assert.equal((await refused(client(fresh.accessToken).payments.list())).errors[0].code, 'ACCESS_TOKEN_REVOKED');
});

test('an application without a secret proves itself, and its refresh token is good once', async () => {
  const codeVerifier = randomUUID() + randomUUID();
  const code = await allow({ code_challenge: createHash('sha256').update(codeVerifier).digest('base64url') });
  const request = { clientId: 'sandbox-sq0idb-shop', grantType: 'authorization_code', code };
  assert.equal((await refused(square.oAuth.obtainToken({ ...request, codeVerifier: 'guess' }))).statusCode, 401);
  const token = await square.oAuth.obtainToken({ ...request, codeVerifier });
  const refresh = { clientId: request.clientId, grantType: 'refresh_token', refreshToken: token.refreshToken };
  const next = await square.oAuth.obtainToken(refresh);
  assert.notEqual(next.refreshToken, token.refreshToken);
  assert.equal((await refused(square.oAuth.obtainToken(refresh))).statusCode, 401);
});

test('a stranger is turned away, and so is a version that is none', async () => {
  const error = await refused(client('wrong').payments.list());
  assert.deepEqual([error.statusCode, error.errors[0].category, error.errors[0].code], [401, 'AUTHENTICATION_ERROR', 'UNAUTHORIZED']);
  assert.equal((await refused(client('EAAAx').payments.list({}, { version: 'today' }))).errors[0].code, 'INVALID_SQUARE_VERSION_FORMAT');
});

test('it says that it is busy, and that it is broken', async () => {
  for (const [status, code] of [[429, 'RATE_LIMITED'], [500, 'INTERNAL_SERVER_ERROR'], [503, 'SERVICE_UNAVAILABLE']]) {
    await control('/faults', { kind: 'status', status, times: 1 });
    const error = await refused(square.locations.list());
    assert.deepEqual([error.statusCode, error.errors[0].code], [status, code]);
  }
});

test('an unknown field, a missing one and a wrong one are named', async () => {
  const send = async body => (await (await fetch(new URL('/v2/payments', origin), {
    method: 'POST', headers: { Authorization: 'Bearer EAAAsimulator', 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  })).json()).errors[0];
  const good = { source_id: 'cnon:card-nonce-ok', idempotency_key: 'fields', amount_money: { amount: 100, currency: 'USD' } };
  const seen = async (body, code, field) => {
    const error = await send(body);
    assert.deepEqual([error.code, error.field], [code, field]);
  };
  await seen({ ...good, colour: 'red' }, 'UNKNOWN_BODY_PARAMETER', 'colour');
  await seen({ ...good, source_id: undefined }, 'MISSING_REQUIRED_PARAMETER', 'source_id');
  await seen({ ...good, amount_money: { amount: '1.00', currency: 'USD' } }, 'EXPECTED_INTEGER', 'amount_money.amount');
  await seen({ ...good, idempotency_key: 'k'.repeat(46) }, 'VALUE_TOO_LONG', 'idempotency_key');
  await seen({ ...good, amount_money: undefined }, 'MISSING_REQUIRED_PARAMETER', 'amount_money');
});

test('nothing that was asked or answered broke the description', async () => {
  const seen = await control('/journal');
  assert.deepEqual(seen.violations.filter(one => one.side === 'answer'), []);
  assert.deepEqual(seen.violations.filter(one => one.side === 'request').map(one => one.field).sort(),
    ['amount_money.amount', 'colour', 'idempotency_key', 'source_id']);
});
