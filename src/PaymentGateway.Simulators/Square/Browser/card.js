// The card fields in the frame of the stand-in of Square's Web Payments SDK. What is typed goes from here to the simulator, and a token goes
// to the page around.
import { isCardNumber, isExpiry, tell } from '/browser/card-rules.js';

const form = document.querySelector('form');
const message = document.querySelector('p');
const { cardNumber, expirationDate, cvv } = form.elements;
const digits = (field) => field.value.replace(/\D/g, '');

const checks = [
  [cardNumber, () => isCardNumber(digits(cardNumber)), 'Enter a valid card number.'],
  [expirationDate, () => isExpiry(digits(expirationDate)), 'Enter a valid card expiration date.'],
  [cvv, () => digits(cvv).length >= 3, 'Enter a valid CVV.'],
];

function mark(field, isWrong) {
  if (field.classList.contains('is-error') === isWrong) return;
  field.classList.toggle('is-error', isWrong);
  tell({ event: isWrong ? 'errorClassAdded' : 'errorClassRemoved', detail: { field: field.name, currentState: { hasErrorClass: isWrong } } });
}

function errorsOf() {
  const wrong = checks.filter(([field, isRight]) => {
    mark(field, !isRight());
    return !isRight();
  });
  message.textContent = wrong[0]?.[2] ?? '';
  return wrong.map(([field, , text]) => ({ type: 'VALIDATION_ERROR', field: field.name, message: text }));
}

async function tokenized({ applicationId, locationId }) {
  const errors = errorsOf();
  if (errors.length) return { status: 'Invalid', errors };
  const response = await fetch('/v2/card-nonce', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      client_id: applicationId,
      location_id: locationId,
      card_data: {
        number: digits(cardNumber), exp_month: digits(expirationDate).slice(0, 2), exp_year: `20${digits(expirationDate).slice(2)}`, cvv: digits(cvv),
      },
    }),
  });
  const answer = await response.json();
  return response.ok
    ? { status: 'OK', token: answer.card_nonce, details: { card: { brand: answer.card.card_brand, last4: answer.card.last_4 }, method: 'Card' } }
    : { status: 'Error', errors: answer.errors.map(({ code, detail, field }) => ({ type: code, field, message: detail })) };
}

function wear(style) {
  const root = document.documentElement.style;
  root.setProperty('--ink', style.input?.color ?? '');
  root.setProperty('--paper', style.input?.backgroundColor ?? '');
  root.setProperty('--placeholder', style['input::placeholder']?.color ?? '');
  root.setProperty('--bad', style['input.is-error']?.color ?? '');
}

form.addEventListener('input', ({ target }) => {
  if (target === cardNumber) target.value = digits(target).replace(/(\d{4})(?=\d)/g, '$1 ');
  if (target === expirationDate) target.value = digits(target).replace(/^(\d\d)(?=\d)/, '$1/');
  mark(target, false);
});

form.addEventListener('submit', (event) => event.preventDefault());

window.addEventListener('message', async ({ source, data }) => {
  if (source !== window.parent) return;
  if (data.do === 'look') wear(data.style);
  if (data.do === 'tokenize') tell({ event: 'result', id: data.id, result: await tokenized(data) });
});

tell({ event: 'loaded' });
