import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cards, createOrder, heading, onPage, open, openMethod, orderOf, payByCard, phone, shoot, useBrowser } from './support.js';

useBrowser();

async function collect(page, vpa) {
  await openMethod(page, 'UPI');
  await page.getByLabel('UPI ID').fill(vpa);
  await page.locator('form', { has: page.getByLabel('UPI ID') }).getByRole('button', { name: /^Pay/ }).click();
}

test('UPI: success', () =>
  onPage({ viewport: phone }, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await collect(page, 'success@pgtestupi');
    await heading(page, 'Payment successful');
    assert.equal((await orderOf(order.orderId)).status, 'paid');
  }));

test('UPI: declined, and the method stays open', () =>
  onPage({}, async (page) => {
    await open(page, await createOrder());
    await collect(page, 'failure@pgtestupi');
    await page.getByRole('alert').getByText('The UPI payment was declined.').waitFor();
    assert.ok(await page.getByLabel('UPI ID').isVisible());
    assert.ok(!(await page.getByLabel('Card number').isVisible()));
    await collect(page, 'success@pgtestupi');
    await heading(page, 'Payment successful');
  }));

test('UPI: pending, then settled while the page watches', () =>
  onPage({}, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await collect(page, 'pending@pgtestupi');
    await heading(page, 'Your payment is being processed');
    await shoot(page, 'processing-desktop');
    await page.getByRole('heading', { name: 'Payment successful' }).waitFor({ timeout: 60_000 });
    assert.equal((await orderOf(order.orderId)).status, 'paid');
  }));

test('UPI: a collect request approved in the app', () =>
  onPage({}, async (page, context) => {
    await open(page, await createOrder());
    await collect(page, 'asha@okbank');
    await heading(page, 'Approve the request in your UPI app');
    await page.getByText('asha@okbank').or(page.getByText(/as\*+@okbank/)).waitFor();
    await shoot(page, 'collect-desktop');
    await approveInApp(page, context);
    await heading(page, 'Payment successful');
  }));

test('UPI: a QR code, approved in the app while the page watches', () =>
  onPage({ viewport: phone }, async (page, context) => {
    await open(page, await createOrder());
    await openMethod(page, 'UPI');
    await page.getByRole('button', { name: 'Show a QR code' }).click();
    await heading(page, 'Scan to pay');
    const code = page.getByRole('img', { name: /QR code to pay ₹499.00 to FashionHub/ });
    assert.ok(await code.evaluate((image) => image.decode().then(() => image.naturalWidth > 100)));
    assert.match(await page.locator('a[href^="upi:"]').getAttribute('href'), /^upi:\/\/pay\?.*am=499\.00/);
    await shoot(page, 'qr-phone');
    await approveInApp(page, context);
    await heading(page, 'Payment successful');
  }));

test('UPI: an app is offered where there is a finger, not where there is a mouse', () =>
  onPage({ viewport: phone, hasTouch: true, isMobile: true }, async (page) => {
    await open(page, await createOrder());
    await openMethod(page, 'UPI');
    await page.getByRole('button', { name: 'Open a UPI app' }).click();
    await page.getByRole('link', { name: 'Open a UPI app' }).waitFor();
  }));

test('an attempt that waits can be given up for another way', () =>
  onPage({}, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await openMethod(page, 'UPI');
    await page.getByRole('button', { name: 'Show a QR code' }).click();
    await heading(page, 'Scan to pay');
    await page.getByRole('button', { name: 'Pay another way' }).click();
    await openMethod(page, 'Credit or debit card');
    await payByCard(page, cards.succeeds);
    await heading(page, 'Payment successful');
    assert.equal((await orderOf(order.orderId)).amountPaid, 499);
  }));

test('net banking goes to the bank and back', () =>
  onPage({}, async (page) => {
    await open(page, await createOrder());
    await openMethod(page, 'Net banking');
    const form = page.locator('form', { has: page.getByLabel('Your bank', { exact: true }) });
    await form.getByRole('button', { name: /^Pay/ }).click();
    await page.getByText('Please choose your bank.').waitFor();
    await page.getByLabel('Your bank', { exact: true }).selectOption('HDFC');
    await form.getByRole('button', { name: /^Pay/ }).click();
    await page.getByRole('button', { name: 'Approve' }).click();
    await heading(page, 'Payment successful');
    await page.getByText('HDFC Bank').waitFor();
  }));

test('a wallet goes to the wallet and back', () =>
  onPage({ viewport: phone }, async (page) => {
    await open(page, await createOrder());
    await openMethod(page, 'Wallet');
    await shoot(page, 'wallet-phone');
    await page.getByRole('button', { name: 'Paytm' }).click();
    await page.getByRole('button', { name: 'Approve' }).click();
    await heading(page, 'Payment successful');
    await page.getByText('Paytm').waitFor();
  }));

test('only the methods of the order are offered', () =>
  onPage({}, async (page) => {
    await open(page, await createOrder({ allowedPaymentMethods: ['upi', 'wallet'] }));
    assert.deepEqual(await page.locator('summary').allInnerTexts(), ['UPI', 'Wallet']);
    assert.ok(await page.getByLabel('UPI ID').isVisible());
  }));

test('UPI is not offered for another currency than the rupee', () =>
  onPage({}, async (page) => {
    await open(page, await createOrder({ currency: 'USD', amount: 12.5 }));
    assert.equal(await page.locator('summary', { hasText: 'UPI' }).count(), 0);
    await page.getByRole('button', { name: 'Pay $12.50' }).waitFor();
  }));

async function approveInApp(page, context) {
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Open the test UPI app' }).click();
  const app = await opened;
  await app.getByRole('button', { name: 'Approve' }).click();
  await app.waitForLoadState();
  await app.close();
  await page.bringToFront();
}
