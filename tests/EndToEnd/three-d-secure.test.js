// 3-D Secure in a browser: what the customer sees, and what the bank and the merchant get to know.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  api,
  baseUrl,
  createOrder,
  fillCard,
  hasNoSeriousFault,
  hasNoSidewaysScroll,
  heading,
  onPage,
  open,
  orderOf,
  payByCard,
  phone,
  shoot,
  smallest,
  useBrowser,
} from './support.js';

useBrowser();

const challengedCard = '4000000000002503';
const authenticationOf = async (order) => {
  const { paymentId } = await orderOf(order.orderId);
  return (await api('GET', `/api/payments/${paymentId}`)).threeDSecure;
};

async function challenged(page, number = challengedCard) {
  const order = await createOrder();
  await open(page, order);
  await payByCard(page, number);
  await page.getByLabel('One-time password').waitFor();
  return order;
}

const answer = async (page, otp) => {
  await page.getByLabel('One-time password').fill(otp);
  await page.getByRole('button', { name: 'Approve' }).click();
};

test('a challenge passed on a phone', () =>
  onPage({ viewport: phone }, async (page) => {
    const order = await challenged(page);
    await page.getByText('499.00 INR').waitFor();
    await page.getByText('visa ending in 2503').waitFor();
    await shoot(page, 'three-d-secure-challenge-phone');
    await hasNoSidewaysScroll(page, 'the challenge');
    await hasNoSeriousFault(page, 'the challenge');
    await answer(page, '1234');
    await heading(page, 'Payment successful');
    await shoot(page, 'three-d-secure-passed-phone');
    const said = await authenticationOf(order);
    assert.deepEqual(
      [said.transStatus, said.eci, said.liabilityShift, said.flow, said.challengeOutcome, said.methodCompletion],
      ['Y', '05', true, 'challenge', 'passed', 'Y'],
    );
  }));

test('the third wrong password ends a challenge', () =>
  onPage({ viewport: smallest }, async (page) => {
    const order = await challenged(page, '5200000000002151');
    await answer(page, '0000');
    await page.getByText('2 tries left').waitFor();
    await shoot(page, 'three-d-secure-wrong-smallest');
    await hasNoSidewaysScroll(page, 'the challenge after a wrong password');
    await answer(page, '1111');
    await page.getByText('1 try left').waitFor();
    await answer(page, '2222');
    await page.getByRole('alert').getByText('The payment was not confirmed.').waitFor();
    await shoot(page, 'three-d-secure-failed-smallest');
    const said = await authenticationOf(order);
    assert.deepEqual([said.transStatus, said.eci, said.challengeOutcome, said.reason], ['N', '00', 'failed', 'wrong_password']);
  }));

test('a challenge is canceled', () =>
  onPage({}, async (page) => {
    const order = await challenged(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').getByText('The payment was not confirmed.').waitFor();
    const said = await authenticationOf(order);
    assert.deepEqual([said.transStatus, said.challengeOutcome], ['N', 'canceled']);
  }));

for (const [number, transStatus, eci] of [
  ['4000000000002701', 'Y', '05'],
  ['5200000000002482', 'A', '01'],
]) {
  test(`${number} pays without a question`, () =>
    onPage({ viewport: phone }, async (page) => {
      const order = await createOrder();
      await open(page, order);
      await payByCard(page, number);
      await heading(page, 'Payment successful');
      const said = await authenticationOf(order);
      assert.deepEqual([said.transStatus, said.eci, said.flow], [transStatus, eci, 'frictionless']);
      assert.equal(said.methodCompletion, transStatus === 'A' ? 'U' : 'Y');
    }));
}

test('a method page that stays silent is left after ten seconds', () =>
  onPage({}, async (page) => {
    const order = await createOrder({ amount: 9213 });
    await open(page, order);
    const began = Date.now();
    await payByCard(page, '4111111111111111');
    await page.getByRole('heading', { name: 'Payment successful' }).waitFor({ timeout: 40000 });
    assert.ok(Date.now() - began >= 10000);
    assert.equal((await authenticationOf(order)).methodCompletion, 'N');
  }));

test('what the bank is told of the browser comes from the page', () =>
  onPage({}, async (page) => {
    const order = await createOrder();
    await open(page, order);
    const sent = page.waitForRequest((request) => request.url().endsWith('/pay'));
    await payByCard(page, '4000000000002701');
    const fields = new URLSearchParams((await sent).postData());
    assert.equal(fields.get('browserLanguage'), 'en-US');
    assert.match(fields.get('threeDSServerTransId'), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(fields.get('threeDSCompInd'), 'Y');
    for (const name of ['browserColorDepth', 'browserScreenHeight', 'browserScreenWidth', 'browserTimeZone', 'browserJavaEnabled']) {
      assert.ok(fields.has(name), name);
    }
    await heading(page, 'Payment successful');
  }));

test('the browser\'s back button leads from the bank to the checkout', () =>
  onPage({}, async (page) => {
    const order = await challenged(page);
    await page.goBack();
    await heading(page, 'Your bank wants to know it is you');
    assert.equal(new URL(page.url()).pathname, `/checkout/${order.orderId}`);
    await page.getByRole('button', { name: 'Continue to your bank' }).click();
    await answer(page, '1234');
    await heading(page, 'Payment successful');
  }));

test('without script every step has a button', () =>
  onPage({ javaScriptEnabled: false, viewport: phone }, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await fillCard(page, challengedCard);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: /^Pay ₹499.00 with/ }).click();
    await page.getByRole('button', { name: 'Continue to your bank' }).click();
    await answer(page, '1234');
    await shoot(page, 'three-d-secure-back-phone');
    await page.getByRole('button', { name: 'Back to the shop' }).click();
    await heading(page, 'Payment successful');
    assert.equal(new URL(page.url()).origin, new URL(baseUrl).origin);
    assert.equal((await authenticationOf(order)).methodCompletion, 'N');
  }));
