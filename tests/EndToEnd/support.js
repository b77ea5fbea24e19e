// What the browser tests share: the server that is tested, orders made over its API, and pages that report what they did wrong.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

export const baseUrl = (process.env.BASE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
export const merchant = JSON.parse(readFileSync(process.env.DEMO_FILE ?? 'data/demo.json', 'utf8')).merchants[0];
export const shots = process.env.SHOTS_DIR;
if (shots) mkdirSync(shots, { recursive: true });

export const phone = { width: 390, height: 844 };
export const smallest = { width: 320, height: 640 };
export const desktop = { width: 1280, height: 800 };

export const cards = {
  succeeds: '4111111111111111',
  declined: '4000000000000002',
  noFunds: '4000000000000341',
  challenge: '4000002500003155',
};

// Card numbers that no address may contain.
const typed = new Set(Object.values(cards));

export async function api(method, path, body) {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      Authorization: `Basic ${Buffer.from(`${merchant.apiKey}:${merchant.apiSecret}`).toString('base64')}`,
      ...(body && { 'Content-Type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

export const createOrder = (fields = {}) =>
  api('POST', '/api/payments/orders', {
    amount: 499,
    currency: 'INR',
    description: 'Linen shirt, size M, and a soft scarf',
    merchantOrderId: 'FH-1042',
    ...fields,
  });

export const orderOf = (orderId) => api('GET', `/api/payments/orders/${orderId}`);

let browser;

/** Starts the browser for the tests of a file. */
export function useBrowser() {
  before(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
      ],
    });
  });
  after(() => browser.close());
}

/**
 * Runs a test on a new page, and fails it for a request to another host, a script error, a breach of the page's content policy, or
 * a card number in an address. What `expects` matches may stand in the console, and `hosts` may be asked too. The test is also given
 * what our own server was sent: address, headers and body of each request.
 */
export async function onPage({ expects = /^$/, hosts = [], ...options }, test) {
  const context = await browser.newContext({ viewport: desktop, locale: 'en-US', ...options });
  const faults = [];
  const sent = [];
  context.setDefaultTimeout(15000);
  context.on('request', (request) => {
    const url = request.url();
    const isOurs = url.startsWith(`${baseUrl}/`);
    if (isOurs) sent.push({ url, headers: request.headers(), body: request.postData() ?? '' });
    if (!isOurs && !url.startsWith('data:') && !hosts.some((host) => url.startsWith(`${host}/`))) faults.push(`request to ${url}`);
    // The numbers themselves: ids and signatures have long runs of digits as well.
    for (const number of typed) if (url.includes(number)) faults.push(`card number in ${url}`);
  });
  const watch = (page) => {
    page.on('pageerror', (error) => faults.push(`script error: ${error.stack}`));
    page.on('console', (message) => {
      const text = message.text();
      // A browser logs every answer that is no success, also one that the page is made for.
      if (message.type() === 'error' && !/status of (400|404|410)/.test(text) && !expects.test(text)) faults.push(`console: ${text}`);
    });
  };
  context.on('page', watch);
  try {
    await test(await context.newPage(), context, sent);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

export const open = (page, order, query = '') => page.goto(`${baseUrl}/checkout/${order.orderId}${query}`);

/** From now on no address may contain this card number. */
export const keepsSecret = (number) => typed.add(number);

export async function fillCard(page, number, { expiry = '12/30', cvv = '123', name = '' } = {}) {
  keepsSecret(number);
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expiry date').fill(expiry);
  await page.getByLabel('Security code').fill(cvv);
  if (name) await page.getByLabel('Name on card').fill(name);
}

export async function payByCard(page, number, details) {
  await fillCard(page, number, details);
  await page.getByRole('button', { name: /^Pay/ }).click();
}

export const openMethod = async (page, name) => {
  const summary = page.locator('summary', { hasText: name });
  if (!(await summary.evaluate((element) => element.parentElement.open))) await summary.click();
};

export const heading = (page, name) => page.getByRole('heading', { name }).waitFor();

export async function hasNoSeriousFault(page, where) {
  // A page without frames is looked at in one go; otherwise the results of its frames are put together in a page of their own, for each look.
  const isAlone = page.frames().length === 1;
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(isAlone).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(
    serious.map(({ id, help, nodes }) => ({ id, help, html: nodes.map((node) => node.html) })),
    [],
    `accessibility of ${where}`,
  );
}

export async function hasNoSidewaysScroll(page, where) {
  const [inner, scroll] = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
  assert.ok(scroll <= inner, `${where} is ${scroll} wide in a window of ${inner}`);
}

/** For people to look at: nothing is drawn unless they say where to. */
export const shoot = async (page, name) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
};

/** RFC 6238, as an authenticator app does it. */
export function codeOf(secret, offset = 0) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + offset));
  const hash = createHmac('sha1', key).update(step).digest();
  return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}
