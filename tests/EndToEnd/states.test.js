// Every page an order can show: its status, its look on each size and in the dark, its accessibility, its languages.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  api, baseUrl, cards, createOrder, desktop, fillCard, hasNoSeriousFault, hasNoSidewaysScroll, heading, merchant, onPage, open, phone, shoot,
  smallest, useBrowser,
} from './support.js';

useBrowser();

const languages = ['en', 'hi', 'ru', 'kk'];

/** Orders by the name of their page, each with the HTTP status of the page. */
const orders = {};
let expiring;

before(async () => {
  expiring = await createOrder({ expiresIn: 60, returnUrl: `${baseUrl}/health/live` });
  orders.payable = [await createOrder({ returnUrl: `${baseUrl}/health/live` }), 200];
  orders.declined = [await attempted({ paymentMethod: 'card', paymentDetails: { cardToken: await token(cards.declined) } }, [402]), 200];
  orders.bank = [await attempted({ paymentMethod: 'card', paymentDetails: { cardToken: await token(cards.challenge) } }), 200];
  orders.redirect = [await attempted({ paymentMethod: 'wallet', paymentDetails: { wallet: 'paytm' } }), 200];
  orders.collect = [await attempted({ paymentMethod: 'upi', paymentDetails: { vpa: 'asha@okbank' } }), 200];
  orders.qr = [await attempted({ paymentMethod: 'upi', paymentDetails: { flow: 'qr' } }), 200];
  orders.paid = [await attempted({ paymentMethod: 'upi', paymentDetails: { vpa: 'success@pgtestupi' } }), 200];
  orders.held = [
    await attempted({ paymentMethod: 'card', paymentDetails: { cardToken: await token(cards.succeeds) } }, [200], { captureMethod: 'manual' }), 200,
  ];
  const canceled = await createOrder();
  await api('POST', `/api/payments/orders/${canceled.orderId}/cancel`, {});
  orders.canceled = [canceled, 410];
  orders.failed = [await failedOrder(), 410];
  orders.missing = [{ orderId: 'order_0zzzzzzzzzzzzzzzzzzzzzzzzz' }, 404];
});

/** The processor never hears of this amount, so its outcome is unknown; but only for a minute, then it is known to have failed. */
async function makeProcessing() {
  orders.processing = [await attempted({ paymentMethod: 'upi', paymentDetails: { vpa: 'success@pgtestupi' } }, [202], { amount: 9006 }), 200];
}

async function token(number) {
  const { cardToken } = await api('POST', '/api/payments/tokens', { card: { number, cvv: '123', expiry: '12/30' } });
  return cardToken;
}

async function pay(order, body) {
  return fetch(`${baseUrl}/api/payments/orders/${order.orderId}/pay`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${merchant.apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ clientSecret: order.clientSecret, ...body }),
  });
}

async function attempted(body, expected = [200], fields = {}) {
  const order = await createOrder({ returnUrl: `${baseUrl}/health/live`, ...fields });
  const response = await pay(order, body);
  assert.ok(expected.includes(response.status), `${response.status} ${await response.text()}`);
  return order;
}

async function failedOrder() {
  const order = await createOrder();
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await pay(order, { paymentMethod: 'upi', paymentDetails: { vpa: 'failure@pgtestupi' } });
  }
  return order;
}

/** Opens one page after another; the automatic return to the shop would end them early. */
async function eachState(options, look) {
  await makeProcessing();
  await onPage(options, async (page) => {
    await page.clock.install();
    for (const [name, [order, status]] of Object.entries(orders)) {
      const response = await open(page, order);
      assert.equal(response.status(), status, name);
      await look(page, name, response);
    }
  });
}

// Colours do not change what fits, and sizes change no colour: each size and each scheme is there, and not every pair.
for (const [size, viewport, colorScheme] of [['phone', phone, 'light'], ['smallest', smallest, 'light'], ['desktop', desktop, 'dark']]) {
  test(`every page fits a ${size} screen in ${colorScheme} colours, without a serious fault of accessibility`, () =>
    eachState({ viewport, colorScheme }, async (page, name) => {
      await hasNoSidewaysScroll(page, `${name} on ${size}`);
      if (viewport !== smallest) await hasNoSeriousFault(page, `${name} on ${size} in ${colorScheme}`);
      await shoot(page, `${name}-${size}-${colorScheme}`);
    }));
}

test('every method and every error of a field is free of serious faults too', () =>
  onPage({ viewport: phone }, async (page) => {
    await open(page, orders.payable[0]);
    await page.getByRole('button', { name: /^Pay/ }).click();
    await hasNoSeriousFault(page, 'the card form with errors');
    await shoot(page, 'errors-phone-light');
    for (const method of ['upi', 'netbanking', 'wallet']) {
      await page.locator(`details[data-method=${method}] summary`).click();
      await hasNoSeriousFault(page, method);
      await hasNoSidewaysScroll(page, method);
      await shoot(page, `${method}-phone-light`);
    }
  }));

for (const lang of languages) {
  test(`every page speaks ${lang}`, async () => {
    await makeProcessing();
    await onPage({ viewport: smallest, locale: lang }, async (page) => {
      for (const [name, [order]] of Object.entries(orders)) {
        await open(page, order);
        assert.equal(await page.locator('html').getAttribute('lang'), lang, name);
        assert.doesNotMatch(await everyText(page), /\{\d\}|undefined|null/, `${name}: an empty place`);
        await hasNoSidewaysScroll(page, `${name} in ${lang}`);
        if (lang !== 'en') await hasNoEnglish(page, name);
      }
      await open(page, orders.payable[0]);
      await shoot(page, `payable-${lang}`);
    });
  });
}

/** What is seen, and what is only read aloud. */
const everyText = (page) => page.evaluate(() => [
  document.title,
  document.body.innerText,
  ...[...document.querySelectorAll('[alt], [placeholder], [aria-label]')].map((e) => `${e.alt} ${e.placeholder} ${e.ariaLabel}`.replaceAll('undefined', '').replaceAll('null', '')),
].join('\n'));

/** Whole English sentences of the page must not be left in a translation. */
async function hasNoEnglish(page, name) {
  const text = await page.locator('body').innerText();
  for (const sentence of ['Amount to pay', 'How would you like', 'Card number', 'Back to', 'Nothing was charged', 'Payment', 'Your bank', 'Check again']) {
    assert.ok(!text.replaceAll('PaymentGateway', '').includes(sentence), `${name}: "${sentence}" is left in English`);
  }
}

test('amounts are written as the language does', async () => {
  const order = await createOrder({ amount: 123456, currency: 'INR' });
  const expected = { en: '₹1,23,456.00', hi: '₹1,23,456.00', ru: '123\u00a0456,00\u00a0₹', kk: '123\u00a0456,00\u00a0₹' };
  for (const lang of languages) {
    await onPage({ locale: lang }, async (page) => {
      await open(page, order);
      assert.equal(await page.locator('.amount strong').innerText(), expected[lang]);
    });
  }
});

test('the switch changes the language and is remembered on the way to the bank and back', () =>
  onPage({}, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await page.getByRole('link', { name: 'Русский' }).click();
    await page.getByLabel('Номер карты').fill(cards.challenge);
    await page.getByLabel('Срок действия').fill('12/30');
    await page.getByLabel('Код безопасности').fill('123');
    await page.getByRole('button', { name: /^Оплатить/ }).click();
    await page.getByLabel('One-time password').fill('1234');
    await page.getByRole('button', { name: 'Approve' }).click();
    await heading(page, 'Оплата прошла успешно');
  }));

test('a card is paid with the keyboard alone, and the focus is always seen', () =>
  onPage({}, async (page) => {
    const order = await createOrder();
    await open(page, order);
    await page.keyboard.press('Tab');
    assert.equal(await focusedText(page), 'Skip to payment');
    await page.keyboard.press('Enter');
    for (const value of ['', cards.succeeds, '1230', '123', 'Asha Rao']) {
      await page.keyboard.press('Tab');
      assert.ok(await focusIsSeen(page));
      if (value) await page.keyboard.type(value);
    }
    await page.keyboard.press('Tab');
    assert.match(await focusedText(page), /^Pay/);
    await page.keyboard.press('Enter');
    await heading(page, 'Payment successful');
  }));

test('the methods open with the keyboard', () =>
  onPage({}, async (page) => {
    await open(page, orders.payable[0]);
    await page.locator('summary', { hasText: 'UPI' }).focus();
    await page.keyboard.press('Space');
    assert.ok(await page.getByLabel('UPI ID').isVisible());
    assert.ok(!(await page.getByLabel('Card number').isVisible()));
  }));

test('who wants less motion sees none', () =>
  onPage({ reducedMotion: 'reduce' }, async (page) => {
    await open(page, orders.collect[0]);
    assert.equal(await page.locator('.mark.waiting').evaluate((mark) => getComputedStyle(mark).animationName), 'none');
  }));

test('text of a shop or an address never becomes markup', () =>
  onPage({}, async (page) => {
    const evil = `"'><img src=x onerror="document.title='broken in'"><script>document.title='broken in'</script>{0}{1}`;
    const order = await createOrder({ description: evil, merchantOrderId: evil, metadata: { note: evil, [evil]: 1 } });
    page.on('dialog', () => assert.fail('a dialog opened'));
    const query = (name) => `?${name}=${encodeURIComponent(evil)}`;
    for (const path of ['', query('lang'), query('problem'), `${query('problem')}&field=vpa`, `/card${query('cardToken')}&last4=${encodeURIComponent(evil)}`,
      `/card${query('cardError')}&field=${encodeURIComponent(evil)}`, `/card?cardToken=t&last4=1111&network=${encodeURIComponent(evil)}`]) {
      await open(page, order, path);
      assert.equal(await page.title(), 'Payment to FashionHub', path);
      assert.equal(await page.locator('img[src=x], script:not([src])').count(), 0, path);
      await page.getByText(evil).first().waitFor();
    }
    await page.goto(`${baseUrl}/checkout/${encodeURIComponent(evil.replaceAll('/', ''))}`);
    await heading(page, 'Order not found');
  }));

test('the page carries the headers that keep others out, and no card number', async () => {
  const response = await fetch(`${baseUrl}/checkout/${orders.payable[0].orderId}`);
  const policy = response.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.match(response.headers.get('permissions-policy'), /camera=\(\)/);
  const html = await response.text();
  assert.doesNotMatch(html, / style=| on[a-z]+=|<style/);
  assert.doesNotMatch(html, new RegExp(merchant.apiSecret));
});

test('a form of another site cannot pay', async () => {
  const order = orders.payable[0];
  const response = await fetch(`${baseUrl}/checkout/${order.orderId}/pay`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ method: 'upi', vpa: 'success@pgtestupi', clientSecret: 'order_x_secret_y' }),
  });
  assert.equal(response.status, 403);
  assert.equal((await api('GET', `/api/payments/orders/${order.orderId}`)).status, 'created');
});

test('a card number in the wrong field goes no further', async () => {
  const order = await createOrder();
  const response = await fetch(`${baseUrl}/checkout/${order.orderId}/pay`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ method: 'upi', vpa: cards.succeeds, clientSecret: order.clientSecret }),
  });
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('location'), `/checkout/${order.orderId}?problem=CARD_DATA_REFUSED`);
});

test('styles and script are under 30 kB in all, compressed', async () => {
  const { gzipSync } = await import('node:zlib');
  const html = await (await fetch(`${baseUrl}/checkout/${orders.payable[0].orderId}`)).text();
  const files = [...html.matchAll(/(?:href|src)="([^"]+\.(?:css|js)(?:\?[^"]*)?)"/g)].map((match) => match[1]);
  assert.equal(files.length, 3);
  let size = 0;
  for (const file of files) size += gzipSync(Buffer.from(await (await fetch(new URL(file, baseUrl))).arrayBuffer())).length;
  assert.ok(size < 30_000, `${size} bytes`);
});

test('the countdown ends on the page of an expired order', { timeout: 120_000 }, () =>
  onPage({ viewport: phone }, async (page) => {
    await open(page, expiring);
    const expired = page.getByRole('heading', { name: 'This payment link has expired' });
    await expired.waitFor({ timeout: 90_000 });
    const response = await open(page, expiring);
    assert.equal(response.status(), 410);
    await page.getByText('Nothing was charged.').waitFor();
    await hasNoSeriousFault(page, 'an expired order');
    await shoot(page, 'expired-phone');
    assert.match(await page.getByRole('link', { name: 'Back to FashionHub' }).getAttribute('href'), /status=expired|status=created/);
  }));

const focusedText = (page) => page.evaluate(() => document.activeElement.innerText);

const focusIsSeen = (page) => page.evaluate(() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
});
