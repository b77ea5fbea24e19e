// The card fields in the frame of the stand-in of Stripe.js. What is typed goes from here to the simulator's own API, and a payment method
// goes to the page around.
import { isCardNumber, tell } from '/browser/card-rules.js';

const form = document.querySelector('form');
const { number, expiry, cvc } = form.elements;
const digits = (field) => field.value.replace(/\D/g, '');

function faultOfNumber() {
  if (digits(number).length < 12) return ['incomplete_number', 'Your card number is incomplete.'];
  return isCardNumber(digits(number)) ? null : ['invalid_number', 'Your card number is invalid.'];
}

function faultOfExpiry() {
  const [month, year] = [Number(digits(expiry).slice(0, 2)), 2000 + Number(digits(expiry).slice(2))];
  if (digits(expiry).length < 4 || month < 1 || month > 12) return ['incomplete_expiry', 'Your card’s expiration date is incomplete.'];
  return new Date() >= new Date(year, month, 1) ? ['invalid_expiry_year_past', 'Your card’s expiration year is in the past.'] : null;
}

const faultOfCvc = () => (digits(cvc).length < 3 ? ['incomplete_cvc', 'Your card’s security code is incomplete.'] : null);

const checks = [[number, faultOfNumber], [expiry, faultOfExpiry], [cvc, faultOfCvc]];

function errorOf([code, message]) {
  return { type: 'validation_error', code, message };
}

function firstFault(fields) {
  for (const [field, check] of fields) {
    const fault = check();
    field.setAttribute('aria-invalid', String(fault !== null));
    if (fault) return errorOf(fault);
  }
  return null;
}

async function tokenized({ key, billing }) {
  const error = firstFault(checks);
  if (error) return { error };
  const body = new URLSearchParams({
    key,
    type: 'card',
    'card[number]': digits(number),
    'card[exp_month]': digits(expiry).slice(0, 2),
    'card[exp_year]': `20${digits(expiry).slice(2)}`,
    'card[cvc]': digits(cvc),
  });
  if (billing.name) body.set('billing_details[name]', billing.name);
  try {
    const response = await fetch('/v1/payment_methods', { method: 'POST', body });
    const answer = await response.json();
    return response.ok ? { paymentMethod: answer } : { error: answer.error };
  } catch (failure) {
    return { error: { type: 'api_connection_error', message: `We are experiencing issues connecting to our payments provider. ${failure}` } };
  }
}

function wear({ base = {}, invalid = {} }) {
  const root = document.documentElement.style;
  root.color = base.color ?? '';
  root.fontFamily = base.fontFamily ?? '';
  root.fontSize = base.fontSize ?? '';
  root.setProperty('--placeholder', base['::placeholder']?.color ?? '');
  root.setProperty('--invalid', invalid.color ?? '');
}

function group(field, sizes, between) {
  const parts = [];
  for (let rest = digits(field), i = 0; rest; i += 1) {
    parts.push(rest.slice(0, sizes[i] ?? rest.length));
    rest = rest.slice(sizes[i] ?? rest.length);
  }
  field.value = parts.join(between);
}

form.addEventListener('input', ({ target }) => {
  if (target === number) group(number, [4, 4, 4, 4], ' ');
  if (target === expiry) group(expiry, [2], ' / ');
  target.removeAttribute('aria-invalid');
  tell({ event: 'change', details: { complete: checks.every(([, check]) => check() === null), error: undefined } });
});

// As the real one, a field says what is wrong with it when it is left.
form.addEventListener('focusout', ({ target }) => {
  const entry = checks.find(([field]) => field === target);
  if (target.value && entry) tell({ event: 'change', details: { complete: false, error: firstFault([entry]) ?? undefined } });
});

form.addEventListener('submit', (event) => event.preventDefault());

window.addEventListener('message', async ({ source, data }) => {
  if (source !== window.parent) return;
  if (data.do === 'look') wear(data.style);
  if (data.do === 'tokenize') tell({ event: 'result', id: data.id, result: await tokenized(data) });
});

tell({ event: 'loaded' });
