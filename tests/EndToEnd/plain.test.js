// The card and UPI ways in a browser that runs no script.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cards, createOrder, fillCard, heading, onPage, open, openMethod, orderOf, phone, shoot, useBrowser } from './support.js';

useBrowser();

const withoutScript = { javaScriptEnabled: false, viewport: phone };

test('a card pays in two steps', () =>
  onPage(withoutScript, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await fillCard(page, cards.succeeds);
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Check and pay');
    await shoot(page, 'confirm-phone');
    await page.getByRole('button', { name: 'Pay ₹499.00 with Visa •••• 1111' }).click();
    await heading(page, 'Payment successful');
    assert.equal(new URL(page.url()).search, '');
    assert.equal((await orderOf(order.orderId)).status, 'paid');
  }));

test('a number that is not taken comes back with the reason at the field', () =>
  onPage(withoutScript, async (page) => {
    await open(page, await createOrder());
    await fillCard(page, '4485275742308327');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('This card number is not accepted here.').waitFor();
    assert.equal(await page.getByLabel('Card number').getAttribute('aria-invalid'), 'true');
    assert.equal(await page.getByLabel('Card number').inputValue(), '');
  }));

test('a declined card is followed by another one', () =>
  onPage(withoutScript, async (page) => {
    const order = await createOrder();
    await open(page, order);
    for (const [number, then] of [[cards.declined, 'The payment did not go through'], [cards.succeeds, 'Payment successful']]) {
      await fillCard(page, number);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: /^Pay ₹499.00 with/ }).click();
      await heading(page, then);
    }
    assert.equal((await orderOf(order.orderId)).amountPaid, 499);
  }));

test('3-D Secure is a form to the bank and one back', () =>
  onPage(withoutScript, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await fillCard(page, cards.challenge);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: /^Pay ₹499.00 with/ }).click();
    await page.getByRole('button', { name: 'Continue to your bank' }).click();
    await page.getByLabel('One-time password').fill('1234');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Back to the shop' }).click();
    await heading(page, 'Payment successful');
    assert.equal((await orderOf(order.orderId)).status, 'paid');
  }));

test('a UPI ID pays', () =>
  onPage(withoutScript, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await openMethod(page, 'UPI');
    await page.getByLabel('UPI ID').fill('success@pgtestupi');
    await page.locator('form', { has: page.getByLabel('UPI ID') }).getByRole('button', { name: /^Pay/ }).click();
    await heading(page, 'Payment successful');
    assert.equal((await orderOf(order.orderId)).status, 'paid');
  }));

test('a wrong UPI ID comes back with the reason at the field', () =>
  onPage(withoutScript, async (page) => {
    await open(page, await createOrder());
    await openMethod(page, 'UPI');
    await page.getByLabel('UPI ID').fill('nobody');
    await page.locator('form', { has: page.getByLabel('UPI ID') }).getByRole('button', { name: /^Pay/ }).click();
    await page.getByText('Please enter a UPI ID such as name@bank.').waitFor();
    assert.ok(await page.getByLabel('UPI ID').isVisible());
  }));

test('a pending payment is looked at again by hand', () =>
  onPage(withoutScript, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await openMethod(page, 'UPI');
    await page.getByLabel('UPI ID').fill('pending@pgtestupi');
    await page.locator('form', { has: page.getByLabel('UPI ID') }).getByRole('button', { name: /^Pay/ }).click();
    await heading(page, 'Your payment is being processed');
    const paid = page.getByRole('heading', { name: 'Payment successful' });
    for (let tries = 0; tries < 120 && !(await paid.isVisible()); tries += 1) {
      await page.getByRole('button', { name: 'Check again' }).click();
      await page.waitForTimeout(500);
    }
    await paid.waitFor();
  }));
