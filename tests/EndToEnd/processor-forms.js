// A card is paid through the browser library of PROCESSOR, whose simulator is at SIMULATOR_URL and where the merchant has an account.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  api, baseUrl, createOrder, desktop, hasNoSeriousFault, hasNoSidewaysScroll, heading, keepsSecret, onPage, open, openMethod, orderOf, phone, shoot,
  useBrowser,
} from './support.js';
import { processors } from './processors.js';

const name = process.env.PROCESSOR;
const simulator = process.env.SIMULATOR_URL;
const processor = processors[name];
const { cards } = processor;
const hosts = [simulator];

useBrowser();

const order = (fields) => createOrder({ amount: 49.9, currency: 'USD', ...fields });

async function pay(page, number, details = {}) {
  keepsSecret(number);
  await processor.fill(page, { number, ...details });
  await page.getByRole('button', { name: /^Pay/ }).click();
}

/** Our server and the processor say the same of the payment, to the minor unit. */
async function agrees(orderId, minor) {
  const paid = await orderOf(orderId);
  const { charges } = await api('GET', `/api/payments/payment-intents/${paid.paymentId}`);
  const charge = charges.find(({ status }) => status === 'succeeded');
  assert.equal(paid.status, 'paid');
  assert.equal(Math.round(paid.amountPaid * 100), minor);
  assert.equal(charge.connector, name);
  assert.deepEqual(await processor.taken(simulator, charge.id), [minor]);
}

/** Nothing that our server was sent had the number in it, in any spelling; the payment was among what it was sent. */
function neverSent(sent, ...numbers) {
  const payments = sent.filter(({ url }) => new URL(url).pathname.endsWith('/pay'));
  assert.ok(payments.length > 0);
  for (const { body } of payments) {
    const fields = new URLSearchParams(body);
    assert.equal(fields.get('processor'), name);
    assert.match(fields.get('cardToken'), processor.token);
  }
  for (const { url, headers, body } of sent) {
    const all = `${decodeURIComponent(url)} ${JSON.stringify(headers)} ${decodeURIComponent(body)}`.replace(/[\s-]/g, '');
    for (const number of numbers) assert.ok(!all.includes(number), `a card number was sent to ${url}`);
  }
}

// The page is the same for all three; what is theirs fits a phone, or it fits nowhere.
for (const [where, viewport] of Object.entries(name === 'stripe' ? { phone, desktop } : { phone })) {
  test(`a card pays, and only its token comes to us (${where})`, () =>
    onPage({ viewport, hosts }, async (page, _, sent) => {
      const { orderId } = await order();
      await open(page, { orderId });
      await page.locator('[data-card] iframe').first().waitFor();
      await processor.fill(page, { number: cards.succeeds });
      await shoot(page, `${name}-form-${where}`);
      await hasNoSidewaysScroll(page, `the form of ${name} (${where})`);
      await hasNoSeriousFault(page, `the form of ${name}`);
      await pay(page, cards.succeeds);
      await heading(page, 'Payment successful');
      await shoot(page, `${name}-paid-${where}`);
      await agrees(orderId, 4990);
      neverSent(sent, cards.succeeds);
    }));
}

test('the page cannot read the fields', () =>
  onPage({ hosts }, async (page) => {
    await open(page, await order());
    await page.locator('[data-card] iframe').first().waitFor();
    await processor.fill(page, { number: cards.succeeds });
    assert.ok(await page.evaluate(() => [...document.querySelectorAll('[data-card] iframe')].every((frame) => frame.contentDocument === null)));
    assert.ok(!(await page.evaluate(() => document.documentElement.outerHTML)).includes(cards.succeeds.slice(-8)));
  }));

test('the content policy names this server, the hosts of the processor, and nothing else', () =>
  onPage({ hosts }, async (page) => {
    const made = await order();
    const policyOf = async (orderId) => (await page.goto(`${baseUrl}/checkout/${orderId}`)).headers()['content-security-policy'];
    const own = {
      'default-src': ["'none'"], 'script-src': ["'self'"], 'style-src': ["'self'"], 'img-src': ["'self'", 'data:'], 'connect-src': ["'self'"],
      'form-action': ["'self'"], 'frame-src': ["'self'"], 'base-uri': ["'none'"], 'frame-ancestors': ["'none'"],
    };
    const theirs = { 'script-src': [simulator], 'frame-src': [simulator], 'connect-src': [simulator] };
    const written = (policy) => Object.entries(policy).map(([directive, sources]) => [directive, ...sources].join(' ')).join('; ');
    if (processor.stylesNonce) theirs['style-src'] = ["'nonce-…'"];
    const both = Object.fromEntries(Object.entries(own).map(([directive, sources]) => [directive, [...sources, ...(theirs[directive] ?? [])]]));
    const [first, second] = [await policyOf(made.orderId), await policyOf(made.orderId)];
    assert.equal(first.replace(/'nonce-[0-9a-f]{32}'/, "'nonce-…'"), written(both));
    if (processor.stylesNonce) assert.notEqual(first, second);
    await api('POST', `/api/payments/orders/${made.orderId}/cancel`, {});
    assert.equal(await policyOf(made.orderId), written(own));
  }));

test('a declined card shows its sentence, and another one pays', () =>
  onPage({ viewport: phone, hosts }, async (page, _, sent) => {
    const { orderId } = await order();
    await open(page, { orderId });
    await pay(page, cards.declined);
    const alert = page.getByRole('alert');
    await alert.getByText('The card was declined.').waitFor();
    await alert.getByText('Nothing was charged.').waitFor();
    await shoot(page, `${name}-declined-phone`);
    await pay(page, cards.succeeds);
    await heading(page, 'Payment successful');
    await agrees(orderId, 4990);
    neverSent(sent, cards.declined, cards.succeeds);
  }));

test('what is wrong with a card is said in the language of the page, before anything is sent to us', () =>
  onPage({ viewport: phone, hosts, expects: /status of 40\d/ }, async (page, _, sent) => {
    const { orderId } = await order();
    await open(page, { orderId }, '?lang=ru');
    await page.locator('[data-card] iframe').first().waitFor();
    const error = page.locator('#card-frame-error');
    await page.getByRole('button', { name: /^Оплатить/ }).click();
    await error.getByText('Проверьте номер карты.').waitFor();
    keepsSecret(cards.succeeds);
    await processor.fill(page, { number: cards.succeeds, expiry: '0120' });
    await page.getByRole('button', { name: /^Оплатить/ }).click();
    await error.getByText(/срок действия|месяц и год/i).waitFor();
    await shoot(page, `${name}-wrong-phone-ru`);
    assert.deepEqual(sent.filter(({ url }) => url.endsWith('/pay')), []);
    assert.equal((await orderOf(orderId)).status, 'created');
    await processor.fill(page, { number: cards.succeeds });
    await page.getByRole('button', { name: /^Оплатить/ }).click();
    await heading(page, 'Оплата прошла успешно');
    await agrees(orderId, 4990);
  }));

if (cards.challenge) {
  test('3-D Secure: approved at the bank', () =>
    onPage({ hosts }, async (page, _, sent) => {
      const { orderId } = await order();
      await open(page, { orderId });
      await pay(page, cards.challenge);
      await processor.approve(page);
      await heading(page, 'Payment successful');
      assert.equal(new URL(page.url()).pathname, `/checkout/${orderId}`);
      await agrees(orderId, 4990);
      neverSent(sent, cards.challenge);
    }));

  test('3-D Secure: refused at the bank, then another card', () =>
    onPage({ hosts }, async (page, _, sent) => {
      const { orderId } = await order();
      await open(page, { orderId });
      await pay(page, cards.challenge);
      await processor.refuse(page);
      await page.getByRole('alert').getByText('The payment was not confirmed.').waitFor();
      await pay(page, cards.succeeds);
      await heading(page, 'Payment successful');
      await agrees(orderId, 4990);
      neverSent(sent, cards.challenge, cards.succeeds);
    }));
}

test('without the library the page says so, and other ways to pay stay', () =>
  onPage({ viewport: phone, hosts, expects: /ERR_BLOCKED_BY_CLIENT|card form of the processor/ }, async (page) => {
    await page.route(`${simulator}${processor.library}**`, (route) => route.abort('blockedbyclient'));
    await open(page, await order());
    const alert = page.getByRole('alert');
    await alert.getByText('could not be loaded').waitFor();
    await alert.getByText('choose another way to pay').waitFor();
    assert.equal(await page.getByRole('button', { name: /^Pay/ }).filter({ visible: true }).count(), 0);
    await shoot(page, `${name}-blocked-phone`);
    await openMethod(page, 'Wallet');
    await page.getByText('You approve the payment in the wallet').waitFor();
    await page.unroute(`${simulator}${processor.library}**`);
    await openMethod(page, 'Credit or debit card');
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.locator('[data-card] iframe').first().waitFor();
  }));

test('without script the page says that the form needs it', () =>
  onPage({ javaScriptEnabled: false, hosts }, async (page) => {
    await open(page, await order());
    await page.getByText('This card form needs JavaScript.').waitFor();
    assert.equal(await page.getByRole('button', { name: /^Pay \$/ }).filter({ visible: true }).count(), 0);
  }));
