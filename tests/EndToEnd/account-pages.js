// A person registers, confirms by the mailed link, turns the second factor on and signs in with it: in Chromium, on desktop and phone.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { baseUrl, codeOf, desktop, hasNoSeriousFault, hasNoSidewaysScroll, heading, onPage, phone, shoot, useBrowser } from './support.js';

const { simpleParser } = createRequire(new URL('../Mailbox/package.json', import.meta.url))('mailparser');
const folder = process.env.MAIL_DIRECTORY;
const password = 'correct horse battery';

/** The link in the mail to an address, once it is there. */
async function mailedLink(address) {
  for (let tries = 0; tries < 100; tries++) {
    for (const file of readdirSync(folder)) {
      const mail = await simpleParser(readFileSync(join(folder, file)));
      if (mail.to?.text === address) return mail.text.match(/^https?:\/\/\S+$/m)[0];
    }
    await wait(200);
  }
  throw new Error(`no mail to ${address}`);
}

async function look(page, name) {
  await hasNoSeriousFault(page, name);
  await hasNoSidewaysScroll(page, name);
  await shoot(page, `account-${name}`);
}

async function signIn(page, address) {
  await page.getByLabel('E-mail address').fill(address);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

useBrowser();

for (const [size, viewport] of Object.entries({ desktop, phone })) {
  test(`registers, confirms, turns on the second factor, signs in with it: ${size}`, () =>
    onPage({ viewport, expects: /status of 422/ }, async (page) => {
      const address = `asha.${size}@example.com`;
      await page.goto(`${baseUrl}/account`);
      await heading(page, 'Sign in');
      await look(page, `${size}-1-sign-in`);
      await page.getByRole('link', { name: 'No account yet? Register' }).click();
      await page.getByLabel('Name').fill('Asha Rao');
      await page.getByLabel('E-mail address').fill(address);
      await page.getByLabel('Password').fill(password);
      await look(page, `${size}-2-register`);
      await page.getByRole('button', { name: 'Register' }).click();
      await heading(page, 'Look into your mailbox');
      await look(page, `${size}-3-sent`);

      const link = await mailedLink(address);
      assert.match(link, /\/account\/confirm#link_/);
      await page.goto(link);
      await look(page, `${size}-4-confirm`);
      assert.ok(!page.url().includes('link_'));
      await page.getByRole('button', { name: 'Confirm your address' }).click();
      await page.getByText('Your address is confirmed.').waitFor();

      await page.getByLabel('E-mail address').fill(address);
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      await look(page, `${size}-5-wrong`);
      await signIn(page, address);
      await heading(page, 'Your account');
      await look(page, `${size}-6-account`);

      await page.getByRole('link', { name: 'Turn on' }).click();
      await page.getByLabel('Your password now').fill(password);
      await page.getByRole('button', { name: 'Turn on' }).click();
      const secret = (await page.locator('code').textContent()).replaceAll(' ', '');
      await look(page, `${size}-7-second-factor`);
      const used = codeOf(secret);
      await page.getByLabel('Code').fill(used);
      await page.getByRole('button', { name: 'Turn on' }).click();
      await heading(page, 'Recovery codes');
      assert.equal(await page.locator('li code').count(), 10);
      await look(page, `${size}-8-recovery-codes`);
      await page.getByRole('link', { name: 'Continue' }).click();

      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByText('You are signed out.').waitFor();
      await signIn(page, address);
      await heading(page, 'One more step');
      await look(page, `${size}-9-code`);
      await page.getByLabel('Code').fill(used);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('The code is wrong or was used.').waitFor();
      await page.getByLabel('Code').fill(codeOf(secret, 1));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await heading(page, 'Your account');
      await page.getByRole('link', { name: 'Русский' }).click();
      await heading(page, 'Ваша учётная запись');
      await look(page, `${size}-10-russian`);
    }));
}
