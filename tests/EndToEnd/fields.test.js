// The functions of the page's script that need no page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as checkout from '../../src/PaymentGateway.Server/wwwroot/checkout/js/checkout.js';

test('a card number is grouped as on the card', () => {
  assert.equal(checkout.formatNumber('4111111111111111'), '4111 1111 1111 1111');
  assert.equal(checkout.formatNumber('378282246310005'), '3782 822463 10005');
  assert.equal(checkout.formatNumber('30569309020004'), '3056 930902 0004');
  assert.equal(checkout.formatNumber('4111-1111 1111a1111'), '4111 1111 1111 1111');
  assert.equal(checkout.formatNumber('62000000000000000019999'), '6200 0000 0000 0000 001');
  assert.equal(checkout.formatNumber(''), '');
});

test('the network is known by the first digits', () => {
  const expected = {
    4111: 'visa',
    5105: 'mastercard',
    2223: 'mastercard',
    3714: 'amex',
    6082: 'rupay',
    6011: 'discover',
    3056: 'diners',
    3566: 'jcb',
    6200: 'unionpay',
    9999: '',
  };
  for (const [digits, network] of Object.entries(expected)) assert.equal(checkout.networkOf(digits).name, network, digits);
});

test('an expiry takes every usual way of writing', () => {
  for (const typed of ['1225', '12/25', '12 / 25', '12/2025', '122025']) assert.equal(checkout.formatExpiry(typed), '12/25', typed);
  assert.equal(checkout.formatExpiry('5'), '05');
  assert.equal(checkout.formatExpiry('1'), '1');
  assert.equal(checkout.formatExpiry('12'), '12');
});

test('a card is good to the end of its month', () => {
  assert.equal(checkout.expiryFault('11/26', new Date(2026, 10, 30, 23, 59)), null);
  assert.equal(checkout.expiryFault('11/26', new Date(2026, 11, 1)), 'past');
  assert.equal(checkout.expiryFault('13/26', new Date(2026, 0, 1)), 'wrong');
  assert.equal(checkout.expiryFault('', new Date(2026, 0, 1)), 'wrong');
});

test('every test card of the sandbox has a right Luhn digit, and a changed digit does not', () => {
  const numbers = ['4111111111111111', '4000002500003155', '6082015309577308', '6074825972083818', '3056930009020004', '378282246310005'];
  for (const number of numbers) {
    assert.ok(checkout.isNumber(number), number);
    assert.ok(!checkout.isNumber(number.slice(0, -1) + ((Number(number.at(-1)) + 1) % 10)), number);
  }
  assert.ok(!checkout.isNumber(''));
});

test('American Express has four digits of security code, the others three', () => {
  assert.ok(checkout.isSecurityCode('123', '4111'));
  assert.ok(!checkout.isSecurityCode('1234', '4111'));
  assert.ok(checkout.isSecurityCode('1234', '3714'));
  assert.ok(!checkout.isSecurityCode('12', ''));
});

test('a UPI ID has a name and a bank', () => {
  assert.ok(checkout.isUpiId('some.one-1@okbank'));
  for (const wrong of ['someone', '@bank', 'some one@bank', 'a@b@c', 'someone@bank.com']) assert.ok(!checkout.isUpiId(wrong), wrong);
});

test('the time left is read as a clock', () => {
  assert.equal(checkout.timeLeft(0), '00:00');
  assert.equal(checkout.timeLeft(-5000), '00:00');
  assert.equal(checkout.timeLeft(61_000), '01:01');
  assert.equal(checkout.timeLeft(3_600_000), '01:00:00');
  assert.equal(checkout.timeLeft(90_061_000), '1:01:01:01');
});
