// One card field in its frame. The frames of one form tell each other what was typed over a channel that only pages of this origin have; the
// one with the number hands the card to the simulator. The page around learns whether a field is right, and nothing more.
import { isCardNumber, isExpiry, tell } from '/browser/card-rules.js';

const query = new URLSearchParams(location.search);
const name = query.get('name');
const channel = new BroadcastChannel(`card-fields-${query.get('form')}`);
const input = document.querySelector('input');
const digits = () => input.value.replace(/\D/g, '');

const kinds = {
  cardNumberField: {
    label: 'Card number',
    autocomplete: 'cc-number',
    isRight: () => isCardNumber(digits()),
    card: () => ({ number: digits() }),
    shown: () => digits().replace(/(\d{4})(?=\d)/g, '$1 '),
  },
  cardExpiryField: {
    label: 'Expiration date',
    autocomplete: 'cc-exp',
    isRight: () => isExpiry(digits()),
    card: () => ({ expiry: `20${digits().slice(2)}-${digits().slice(0, 2)}` }),
    shown: () => digits().replace(/^(\d\d)(?=\d)/, '$1 / ').slice(0, 7),
  },
  cardCvvField: {
    label: 'CVV',
    autocomplete: 'cc-csc',
    isRight: () => digits().length >= 3,
    card: () => ({ security_code: digits() }),
    shown: () => digits().slice(0, 4),
  },
  cardNameField: {
    label: 'Cardholder name',
    autocomplete: 'cc-name',
    isRight: () => true,
    card: () => (input.value.trim() ? { name: input.value.trim() } : {}),
    shown: () => input.value,
  },
};
const kind = kinds[name];
input.setAttribute('aria-label', kind.label);
input.autocomplete = kind.autocomplete;

function wear({ style, placeholder }) {
  const root = document.documentElement.style;
  root.setProperty('--ink', style.input?.color ?? '');
  root.setProperty('--paper', style.input?.background ?? '');
  root.setProperty('--placeholder', style['input::placeholder']?.color ?? '');
  root.setProperty('--bad', style['.invalid']?.color ?? '');
  root.fontSize = style.input?.['font-size'] ?? '';
  root.fontFamily = style.input?.['font-family'] ?? '';
  input.placeholder = placeholder ?? kind.label;
}

function stateOf() {
  input.classList.toggle('invalid', !kind.isRight());
  return { isEmpty: input.value === '', isValid: kind.isRight(), isPotentiallyValid: kind.isRight(), isFocused: document.activeElement === input };
}

/** The number asks the other fields, whose count the page knows. */
function wholeCard(fields) {
  return new Promise((resolve) => {
    const parts = [kind.card()];
    channel.onmessage = ({ data }) => {
      if (data.part) parts.push(data.part);
      if (parts.length === fields) resolve(Object.assign({}, ...parts));
    };
    channel.postMessage({ collect: true });
  });
}

async function submitted({ setup, fields }) {
  const response = await fetch('/sdk/card', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ setup_token: setup, card: await wholeCard(fields) }),
  });
  return response.ok ? {} : { error: (await response.json()).details?.[0]?.issue ?? 'UNKNOWN' };
}

if (name !== 'cardNumberField') {
  channel.onmessage = ({ data }) => {
    if (data.collect) channel.postMessage({ part: kind.card() });
  };
}

input.addEventListener('input', () => {
  input.value = kind.shown();
  input.classList.remove('invalid');
  tell({ event: 'change' });
});

window.addEventListener('message', async ({ source, data }) => {
  if (source !== window.parent) return;
  if (data.do === 'look') wear(data);
  if (data.do === 'state') tell({ event: 'answer', ask: data.ask, answer: stateOf() });
  if (data.do === 'submit') tell({ event: 'answer', ask: data.ask, answer: await submitted(data) });
});

tell({ event: 'loaded' });
