import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import {
  baseUrl, cards, createOrder, heading, merchant, onPage, open, orderOf, payByCard, phone, shoot, useBrowser,
} from './support.js';

useBrowser();

test('a card pays without a change of page', () =>
  onPage({ viewport: phone }, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await page.evaluate(() => { window.sameDocument = true; });
    await payByCard(page, cards.succeeds, { name: 'Asha Rao' });
    await heading(page, 'Payment successful');
    assert.ok(await page.evaluate(() => window.sameDocument));
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Payment successful');
    await page.getByText('Visa •••• 1111').waitFor();
    assert.equal((await orderOf(order.orderId)).status, 'paid');
    await page.reload();
    await heading(page, 'Payment successful');
  }));

test('the shop gets the customer back with parameters that it can verify', () =>
  onPage({}, async (page) => {
    const order = await createOrder({ returnUrl: `${baseUrl}/health/live?basket=7#top` });
    await open(page, order);
    await payByCard(page, cards.succeeds);
    await heading(page, 'Payment successful');
    await page.getByRole('button', { name: 'Stay on this page' }).click();
    assert.equal(await page.getByText('You will be taken back').count(), 0);
    await page.getByRole('link', { name: 'Back to FashionHub' }).click();
    await page.waitForURL(/basket=7/);
    const query = new URL(page.url()).searchParams;
    const signed = [query.get('orderId'), query.get('paymentId'), query.get('status')];
    assert.equal(signed[0], order.orderId);
    assert.match(signed[1], /^pay_/);
    assert.equal(signed[2], 'succeeded');
    assert.equal(query.get('signature'), createHmac('sha256', merchant.webhookSecret).update(signed.join('|')).digest('hex'));
  }));

test('after a success the page goes back to the shop by itself', () =>
  onPage({}, async (page) => {
    const order = await createOrder({ returnUrl: `${baseUrl}/health/live` });
    await page.clock.install();
    await open(page, order);
    await payByCard(page, cards.succeeds);
    await heading(page, 'Payment successful');
    await page.getByText(/taken back in \d+ seconds/).waitFor();
    await page.clock.fastForward(12_000);
    await page.waitForURL(/health\/live\?orderId=/);
  }));

test('a declined card can be followed by another one', () =>
  onPage({ viewport: phone }, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await payByCard(page, cards.declined);
    const alert = page.getByRole('alert');
    await alert.getByText('The card was declined.').waitFor();
    await alert.getByText('Nothing was charged.').waitFor();
    assert.ok(await alert.evaluate((element) => element === document.activeElement));
    assert.equal(await page.getByLabel('Card number').inputValue(), '');
    await shoot(page, 'declined-phone');
    await payByCard(page, cards.noFunds);
    await alert.getByText('not enough money').waitFor();
    await payByCard(page, cards.succeeds);
    await heading(page, 'Payment successful');
    assert.equal((await orderOf(order.orderId)).amountPaid, 499);
  }));

test('what is wrong is said at the field, before anything is sent', () =>
  onPage({}, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await page.getByLabel('Card number').pressSequentially('4111 1111 1111 1112');
    await page.getByRole('button', { name: /^Pay/ }).click();
    const number = page.getByLabel('Card number');
    assert.equal(await number.getAttribute('aria-invalid'), 'true');
    assert.ok(await number.evaluate((element) => element === document.activeElement));
    assert.equal(await describedBy(number), 'Please check the card number.');
    assert.match(await describedBy(page.getByLabel('Expiry date')), /Please enter month and year/);
    assert.match(await describedBy(page.getByLabel('Security code')), /Please check the security code/);
    await number.fill(cards.succeeds);
    assert.equal(await number.getAttribute('aria-invalid'), null);
  }));

test('a number that the processor does not take is said at the field too', () =>
  onPage({}, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await payByCard(page, '4485275742308327');
    await page.getByText('This card number is not accepted here.').waitFor();
    assert.equal((await orderOf(order.orderId)).status, 'created');
  }));

test('a past date is only a hint in test mode', () =>
  onPage({}, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await payByCard(page, cards.succeeds, { expiry: '12/25' });
    await heading(page, 'Payment successful');
  }));

test('typing in the middle keeps the caret there', () =>
  onPage({}, async (page) => {
    await open(page, await createOrder());
    const number = page.getByLabel('Card number');
    await number.pressSequentially('411111111111');
    await number.press('Home');
    await number.pressSequentially('42');
    assert.equal(await number.inputValue(), '4241 1111 1111 11');
    assert.equal(await number.evaluate((input) => input.selectionStart), 2);
    assert.equal(await page.locator('.network').getAttribute('data-network'), 'visa');
  }));

test('3-D Secure: approved', () =>
  onPage({ viewport: phone }, async (page) => {
    const order = await challenged(page);
    await page.getByLabel('One-time password').fill('1234');
    await page.getByRole('button', { name: 'Approve' }).click();
    await heading(page, 'Payment successful');
    assert.equal(new URL(page.url()).pathname, `/checkout/${order.orderId}`);
    assert.equal((await orderOf(order.orderId)).status, 'paid');
  }));

test('3-D Secure: refused, then another card', () =>
  onPage({}, async (page) => {
    const order = await challenged(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').getByText('The payment was not confirmed.').waitFor();
    await payByCard(page, cards.succeeds);
    await heading(page, 'Payment successful');
    assert.equal((await orderOf(order.orderId)).status, 'paid');
  }));

test('3-D Secure: closed, continued, and at last given up', () =>
  onPage({}, async (page) => {
    const order = await challenged(page);
    await page.getByRole('link', { name: 'Close without answering' }).click();
    await heading(page, 'Your bank wants to know it is you');
    await shoot(page, 'bank-desktop');
    await page.getByRole('button', { name: 'Continue to your bank' }).click();
    await page.getByLabel('One-time password').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Pay another way' }).click();
    await page.getByLabel('Card number').waitFor();
    await payByCard(page, cards.succeeds);
    await heading(page, 'Payment successful');
    assert.equal((await orderOf(order.orderId)).status, 'paid');
  }));

test('what the address says on return is not believed', () =>
  onPage({}, async (page) => {
    const order = await createOrder();
    await page.goto(`${baseUrl}/checkout/${order.orderId}/return?status=succeeded&paymentId=pay_1`);
    await page.getByLabel('Card number').waitFor();
    assert.equal((await orderOf(order.orderId)).status, 'created');
  }));

test('an order paid in another window is shown as paid', () =>
  onPage({}, async (page, context) => {
    const order = await createOrder();
    await open(page, order);
    const other = await context.newPage();
    await open(other, order);
    await payByCard(other, cards.succeeds);
    await heading(other, 'Payment successful');
    await page.bringToFront();
    await payByCard(page, cards.succeeds);
    await heading(page, 'Payment successful');
    assert.equal((await orderOf(order.orderId)).amountPaid, 499);
  }));

test('without a connection the page says so and finds the outcome later', () =>
  onPage({ expects: /ERR_CONNECTION_RESET/ }, async (page) => {
    const order = await createOrder();
    await open(page, order);
    // The payment is made, its answer is lost on the way to the browser.
    await page.route('**/pay', async (route) => {
      await route.fetch({ maxRedirects: 0 });
      await route.abort('connectionreset');
    });
    const faults = page.waitForEvent('console', { predicate: (message) => message.text().includes('ERR_CONNECTION_RESET') });
    await payByCard(page, cards.succeeds);
    await faults;
    await heading(page, 'Payment successful');
    assert.equal((await orderOf(order.orderId)).amountPaid, 499);
  }));

async function challenged(page) {
  const order = await createOrder();
  await open(page, order);
  await payByCard(page, cards.challenge);
  await page.getByLabel('One-time password').waitFor();
  return order;
}

const describedBy = (locator) => locator.evaluate((input) => input.getAttribute('aria-describedby').split(' ')
  .map((id) => document.getElementById(id).textContent).filter(Boolean).join(' ').trim());
