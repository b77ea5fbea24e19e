// A student registers, turns on the second factor, buys a course with a code, fails once at the bank, tries again, gets the receipt by mail, and
// the money back from finance: in Chromium, at the bank's simulated page, with a mail server of its own on MAIL_PORT.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { api, baseUrl, codeOf, desktop, hasNoSeriousFault, hasNoSidewaysScroll, heading, merchant, onPage, phone, shoot, useBrowser } from './support.js';

const { BANK_URL, MAIL_PORT } = process.env;
const password = 'correct horse battery';
const root = `${baseUrl}/m/${merchant.merchantId}/test/courses`;
const bank = new URL(BANK_URL).origin;
const mails = [];
let mailbox;

before(async () => {
  mailbox = spawn('node', ['mailbox.mjs'], { cwd: new URL('../Mailbox/', import.meta.url), env: { ...process.env, PORT: MAIL_PORT }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: mailbox.stdout });
  await new Promise((ready, failed) => {
    lines.once('line', ready);
    mailbox.once('exit', (code) => failed(new Error(`the mail server ended with ${code}`)));
  });
  lines.on('line', (line) => mails.push(JSON.parse(line)));
});
after(() => mailbox.kill());
useBrowser();

/** The next mail to an address, once it is there. */
async function mailTo(address) {
  for (let tries = 0; tries < 150; tries++) {
    const at = mails.findIndex(({ to }) => to.includes(address));
    if (at >= 0) return mails.splice(at, 1)[0];
    await wait(200);
  }
  throw new Error(`no mail to ${address}`);
}

const linkIn = (mail) => mail.text.match(/^https?:\/\/\S+$/m)[0];

const textOf = (pdf) => execFileSync('pdftotext', ['-layout', '-', '-'], { input: Buffer.from(pdf, 'base64') }).toString();

/** Pictures at both sizes; the rules of reading at the small one. */
async function look(page, name) {
  await shoot(page, `course-desktop-${name}`);
  await page.setViewportSize(phone);
  await hasNoSeriousFault(page, name);
  await hasNoSidewaysScroll(page, name);
  await shoot(page, `course-phone-${name}`);
  await page.setViewportSize(desktop);
}

async function asPerson(token, method, path, body) {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      'X-Merchant-Id': merchant.merchantId,
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Somebody of finance, the first of the team and so its owner too, with a second factor; what is enrolled with the code of now leaves the next one fresh. */
async function finance() {
  const email = 'finance@example.com';
  await asPerson(null, 'POST', '/api/auth/register', { email, password, name: 'Fina Nz' });
  await asPerson(null, 'POST', '/api/auth/confirm', { token: linkIn(await mailTo(email)).split('#')[1] });
  const { accessToken, refreshToken } = await asPerson(null, 'POST', '/api/auth/login', { email, password });
  await api('POST', `/api/payments/merchants/${merchant.merchantId}/invitations`, { email, roles: ['owner', 'finance'] });
  await asPerson(accessToken, 'POST', '/api/auth/invitations/accept', { token: linkIn(await mailTo(email)).split('#')[1] });
  const { secret } = await asPerson(accessToken, 'POST', '/api/auth/second-factor/enrol', { password });
  await asPerson(accessToken, 'POST', '/api/auth/second-factor/confirm', { code: codeOf(secret) });
  const renewed = await asPerson(null, 'POST', '/api/auth/refresh', { refreshToken });
  return { token: renewed.accessToken, code: () => codeOf(secret, 1) };
}

async function shop() {
  const course = await api('POST', '/api/courses', {
    title: 'Financial modelling',
    instructor: 'Asha Rao',
    price: 10000,
    tax: { class: 'taxable', percent: 18, sac: '999293' },
  });
  await api('POST', '/api/courses', { title: 'History of mathematics', instructor: 'Emmy N.', price: 2500, tax: { class: 'exempt' } });
  await api('POST', '/api/discount-codes', { code: 'PARTNER20', percent: 20, partner: 'Campus Club' });
  await api('PUT', '/api/courses/page-links', {
    termsUrl: 'https://learn.example.com/terms',
    privacyUrl: 'https://learn.example.com/privacy',
    supportUrl: 'mailto:help@learn.example.com',
  });
  await api('PUT', '/api/payments/receipts/supplier', {
    legalName: 'Learning Platform Private Limited',
    address: ['14 MG Road', 'Pune 411001'],
    gstin: '27ABCDE1234F1Z0',
    series: 'LP',
    creditNoteSeries: 'LC',
    sac: '999293',
  });
  return course;
}

/** At the bank's page: by card, with the bank's answer. */
async function payAtBank(page, outcome) {
  await page.getByRole('button', { name: 'Pay by card' }).click();
  await page.getByLabel('One-time password').fill('000000');
  await page.getByLabel("The bank's answer").selectOption(outcome);
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a student buys a course, fails once, tries again, and gets receipt and refund', () =>
  onPage({ expects: /status of (422|429|503)|learn\.example/, hosts: [bank] }, async (page) => {
    const course = await shop();
    const address = 'asha@example.com';

    // Registers, confirms by the mailed link, and comes back to the course.
    await page.goto(root);
    await heading(page, 'Courses');
    await look(page, '01-courses');
    await page.getByLabel('Title or teacher').fill('nothing like this');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Nothing was found').waitFor();
    await look(page, '02-nothing-found');
    await page.goto(`${baseUrl}/account/register`);
    await page.getByLabel('Name').fill('Asha Rao');
    await page.getByLabel('E-mail address').fill(address);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Register' }).click();
    await page.goto(linkIn(await mailTo(address)));
    await page.getByRole('button', { name: 'Confirm your address' }).click();
    await page.getByText('Your address is confirmed.').waitFor();
    await page.goto(`${root}/${course.id}`);
    await look(page, '03-course-signed-out');
    await page.getByRole('link', { name: 'Sign in to buy' }).click();
    await page.getByLabel('E-mail address').fill(address);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'Financial modelling');

    await page.goto(`${baseUrl}/account/second-factor`);
    await page.getByLabel('Your password now').fill(password);
    await page.getByRole('button', { name: 'Turn on' }).click();
    const secret = (await page.locator('code').textContent()).replaceAll(' ', '');
    await page.getByLabel('Code').fill(codeOf(secret));
    await page.getByRole('button', { name: 'Turn on' }).click();
    await heading(page, 'Recovery codes');
    assert.match((await mailTo(address)).subject, /second factor/i);

    // Buys with a code; a wrong one says why.
    await page.goto(`${root}/${course.id}`);
    await page.getByLabel('Discount code').fill('PARTNER99');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('This code is not known here.').waitFor();
    await look(page, '04-wrong-code');
    await page.getByLabel('Discount code').fill('partner20');
    await page.getByRole('button', { name: 'Apply' }).click();
    for (const amount of ['₹10,000.00', '−₹2,000.00', '₹1,440.00', 'Pay ₹9,440.00']) await page.getByText(amount).first().waitFor();
    await look(page, '05-course');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Pay ₹9,440.00' }).click();

    // Fails at the bank, and tries again from the link in the mail.
    await page.getByRole('button', { name: 'Pay by card' }).waitFor();
    assert.ok(page.url().startsWith(bank));
    await page.goto(`${root}/payments`);
    // Without its script the page stays while it is looked at, and must do all the same.
    await page.route('**/courses.js*', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await page.getByRole('link', { name: 'Financial modelling' }).click();
    await heading(page, 'Payment not finished');
    await look(page, '06-pending');
    await page.unroute('**/courses.js*');
    await page.getByRole('link', { name: "To the bank's page" }).click();
    await payAtBank(page, 'failure');
    await heading(page, 'Payment failed');
    await look(page, '07-failed');
    const failed = await mailTo(address);
    assert.equal(failed.subject, 'The payment for Financial modelling did not succeed');
    await page.goto(linkIn(failed));
    await heading(page, 'Payment failed');
    await look(page, '08-failed-details');
    await page.getByRole('button', { name: 'Try again' }).click();
    await payAtBank(page, 'success');
    await heading(page, 'Payment successful');
    await look(page, '09-paid');

    // The receipt comes by mail, and is on the page.
    const paid = await mailTo(address);
    assert.equal(paid.subject, 'Your course is open: Financial modelling');
    assert.equal(paid.files.length, 1);
    assert.match(textOf(paid.files[0].content), /9,440\.00/);
    await page.goto(linkIn(paid));
    await heading(page, 'Payment successful');
    await look(page, '10-paid-details');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Receipt' }).click();
    assert.match((await download).suggestedFilename(), /^LP-.*\.pdf$/);
    await page.getByRole('button', { name: 'Check the status' }).click();
    await page.getByText('The bank was asked just now.').waitFor();
    await page.goto(`${root}/${course.id}`);
    await page.getByText('You have this course.').waitFor();
    await look(page, '11-yours');

    // Finance gives the money back with a code that is used for nothing else.
    const transactionId = linkIn(paid).split('/').at(-1);
    const person = await finance();
    const refund = await asPerson(person.token, 'POST', '/api/admin/payment/refund', {
      transactionId,
      amount: 9440,
      reason: 'The student fell ill before it began',
      twoFactorCode: person.code(),
    });
    assert.equal(refund.amount, 9440);
    const closed = await mailTo(address);
    assert.equal(closed.subject, 'Your refund for Financial modelling');
    assert.match(closed.text, /your access to the course has ended/);
    assert.match(closed.files[0].filename, /^LC-.*\.pdf$/);
    assert.match(textOf(closed.files[0].content), /9,440\.00/);
    const { data } = await api('GET', '/api/enrollments');
    assert.deepEqual(data.map(({ status, closedWhy }) => [status, closedWhy]), [['closed', 'refunded']]);
    await page.goto(linkIn(closed));
    await heading(page, 'Refunded');
    await page.getByText(refund.estimatedCompletionDate).waitFor();
    await look(page, '12-refunded');
    await page.getByRole('link', { name: 'Your payments' }).click();
    await heading(page, 'Your payments');
    await look(page, '13-history');
    await page.getByLabel('Status').selectOption('failed');
    await page.getByRole('button', { name: 'Show' }).click();
    assert.equal(await page.locator('.rows li').count(), 1);
    await page.goto(`${root}?lang=hi`);
    await look(page, '14-hindi');
    await page.goto(`${root}/payments/TXN_NOBODYHASTHISONE?lang=en`);
    await heading(page, 'There is no such page');
    await look(page, '15-not-found');
  }));
