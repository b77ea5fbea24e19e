// The pages of the checkout work without this file; with it a payment needs no change of page. The server stays the only one that
// knows how a state looks: every step fetches its page and puts the new main part in the place of the old one.

const MIN_POLL_MS = 1500;
const MAX_POLL_MS = 15000;
const ANSWER_MS = 45000;
const UNSURE_MS = 60000;
const METHOD_MS = 10000;
const FRAME_MS = 500;
const LIBRARY_MS = 20000;
const TOKEN_MS = 600000;

const networks = [
  { name: 'amex', starts: /^3[47]/, groups: [4, 6, 5], cvv: 4 },
  { name: 'diners', starts: /^3(?:0[0-59]|[689])/, groups: [4, 6, 4], cvv: 3 },
  { name: 'jcb', starts: /^35(?:2[89]|[3-8])/, cvv: 3 },
  { name: 'visa', starts: /^4/, cvv: 3 },
  { name: 'mastercard', starts: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, cvv: 3 },
  { name: 'discover', starts: /^(?:6011|64[4-9]|65)/, cvv: 3 },
  { name: 'rupay', starts: /^(?:60|81|82|508)/, cvv: 3 },
  { name: 'unionpay', starts: /^62/, cvv: 3 },
];
const unknown = { name: '', cvv: null };

export const digitsOf = (text) => text.replace(/\D/g, '');

export const networkOf = (number) => networks.find((network) => network.starts.test(digitsOf(number))) ?? unknown;

/** 4111111111111111 → 4111 1111 1111 1111, and American Express in its own way. */
export function formatNumber(text) {
  const digits = digitsOf(text).slice(0, 19);
  const sizes = networkOf(digits).groups ?? [4, 4, 4, 4, 3];
  const groups = [];
  for (let at = 0, i = 0; at < digits.length; i += 1) {
    const size = sizes[i] ?? digits.length - at;
    groups.push(digits.slice(at, at + size));
    at += size;
  }
  return groups.join(' ');
}

/** 1225, 12/2025 and 12 / 25 → 12/25; a month cannot begin with 2 to 9, so a zero goes before those. */
export function formatExpiry(text) {
  let digits = digitsOf(text);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  if (/^\d{2}20\d{2}/.test(digits)) digits = digits.slice(0, 2) + digits.slice(4);
  return digits.length < 3 ? digits : `${digits.slice(0, 2)}/${digits.slice(2, 4)}`;
}

export function isNumber(text) {
  const digits = digitsOf(text);
  if (digits.length < 12) return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** 'wrong', 'past' or null. A card is good to the end of its month. */
export function expiryFault(text, today) {
  const match = /^(0[1-9]|1[0-2])\/(\d{2})$/.exec(formatExpiry(text));
  if (!match) return 'wrong';
  return today >= new Date(2000 + Number(match[2]), Number(match[1]), 1) ? 'past' : null;
}

export function isSecurityCode(text, number) {
  const expected = networkOf(number).cvv;
  return /^\d{3,4}$/.test(text.trim()) && (!expected || text.trim().length === expected);
}

export const isUpiId = (text) => /^[a-z0-9._-]{2,256}@[a-z0-9]{2,64}$/i.test(text.trim());

export function timeLeft(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (number) => String(number).padStart(2, '0');
  const days = Math.floor(seconds / 86400);
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? clock : `${days ? `${days}:` : ''}${two(Math.floor(seconds / 3600) % 24)}:${clock}`;
}

const main = () => document.getElementById('payment');
const texts = () => JSON.parse(main().dataset.texts);
const isWaiting = () => ['processing', 'needs_action'].includes(main().dataset.state);

// Timers of the page that is shown now.
let timers = [];
let polling = null;
let pollMs = MIN_POLL_MS;
let isBusy = false;
// Until then a step whose answer was lost may still have its effect.
let unsureUntil = 0;

const now = () => Date.now() + clockSkew;
let clockSkew = 0;

// The processor's library that the policy of this document lets in.
let allowedLibrary;
let allowedNonce;

function say(text) {
  document.getElementById('live').textContent = text;
}

// Fields

function faultOf(input) {
  const words = texts();
  const form = input.form;
  switch (input.name) {
    case 'number':
      return isNumber(input.value) ? '' : words.number;
    case 'expiry': {
      const fault = expiryFault(input.value, new Date(now()));
      if (fault === 'past') return words.past;
      return fault ? words.expiry : '';
    }
    case 'cvv':
      return isSecurityCode(input.value, form.elements.number.value) ? '' : words.cvv;
    case 'vpa':
      return isUpiId(input.value) ? '' : words.vpa;
    case 'bankCode':
      return input.value ? '' : words.bankCode;
    default:
      return '';
  }
}

function showFault(input, text) {
  document.getElementById(`${input.id}-error`).textContent = text;
  // The sandbox takes test cards whose date has passed: there it is only a hint.
  const isHint = text === texts().past && 'test' in input.form.dataset;
  if (text && !isHint) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
  return text !== '' && !isHint;
}

// What a processor's library puts into its place is its own.
const visibleFields = (form) =>
  [...form.querySelectorAll('input:not([type=hidden]), select')].filter((field) => !field.closest('[data-card]'));

function isComplete(form) {
  const wrong = visibleFields(form).filter((input) => showFault(input, faultOf(input)));
  wrong[0]?.focus();
  return wrong.length === 0;
}

function reformat(input, format) {
  const before = digitsOf(input.value.slice(0, input.selectionStart)).length;
  const formatted = format(input.value);
  if (formatted === input.value) return;
  const added = digitsOf(formatted).length - digitsOf(input.value).length;
  input.value = formatted;
  let caret = 0;
  for (let seen = 0; caret < formatted.length && seen < before + Math.max(0, added); caret += 1) {
    if (/\d/.test(formatted[caret])) seen += 1;
  }
  input.setSelectionRange(caret, caret);
}

function onInput({ target }) {
  if (target.name === 'number') {
    reformat(target, formatNumber);
    target.parentElement.querySelector('.network').dataset.network = networkOf(target.value).name;
  } else if (target.name === 'expiry') {
    reformat(target, formatExpiry);
  }
  if (target.getAttribute('aria-invalid') && !faultOf(target)) showFault(target, '');
}

function onFocusOut({ target }) {
  if (target.form?.dataset.form && target.value && document.getElementById(`${target.id}-error`)) {
    showFault(target, faultOf(target));
  }
}

// Steps

async function onSubmit(event) {
  const form = event.target;
  if (form.dataset.challenge && !form.closest('[data-onward]')) {
    event.preventDefault();
    goToBank();
    return;
  }
  if (!form.dataset.form) return;
  event.preventDefault();
  if (isBusy || !isComplete(form)) return;
  await busy(async () => {
    const tokenize = tokenizers[form.dataset.form];
    const body = tokenize ? await tokenize(form) : new URLSearchParams(new FormData(form, event.submitter));
    if (body) {
      const url = form.dataset.form === 'card' ? `${main().dataset.path}/pay` : form.action;
      show(await request(url, { method: 'POST', body }));
      goToBank();
    }
  });
}

async function busy(work) {
  isBusy = true;
  stop();
  main().setAttribute('aria-busy', 'true');
  say(texts().working);
  try {
    await work();
    say('');
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    // No answer came. What became of the payment, only the server can say: ask it as soon as it is there again.
    say(texts().offline);
    unsureUntil = Date.now() + UNSURE_MS;
  } finally {
    isBusy = false;
    main().removeAttribute('aria-busy');
    begin();
  }
}

class NoAnswer extends Error {}

/** The whole answer, or NoAnswer when the network or the time ends first. */
async function request(url, options) {
  try {
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(ANSWER_MS) });
    return { ok: response.ok, url: response.url, text: await response.text() };
  } catch (error) {
    throw new NoAnswer(url, { cause: error });
  }
}

/** Something between us and the server may answer in its place, and not in JSON. */
function jsonOf({ text }) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NoAnswer(text, { cause: error });
  }
}

/** The card goes to the processor's tokenizer; this page's server gets the token. Null when a field was refused. */
async function tokenized(form) {
  const { number, expiry, cvv, name, publishableKey } = form.elements;
  const card = { number: digitsOf(number.value), expiry: formatExpiry(expiry.value), cvv: cvv.value.trim() };
  if (name.value.trim()) card.name = name.value.trim();
  const response = await request(form.dataset.tokens, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${publishableKey.value}` },
    body: JSON.stringify({ card }),
  });
  const answer = jsonOf(response);
  if (response.ok) {
    return new URLSearchParams({
      clientSecret: form.dataset.secret,
      method: 'card',
      cardToken: answer.cardToken,
      ...browserFields(),
      ...(await seenByBank(answer.cardToken)),
    });
  }
  const words = { number: texts().notTaken, expiry: texts().expiry, cvv: texts().cvv, name: texts().name };
  const refused = Object.keys(answer.error?.details?.fields ?? { number: [] }).map((field) => field.replace(/^card\./, ''));
  const wrong = Object.keys(words).filter((field) => refused.includes(field));
  for (const field of wrong.length ? wrong : ['number']) showFault(form.elements[field], words[field]);
  form.querySelector('[aria-invalid]').focus();
  return null;
}

// Processors' own card forms

// What tokenizes the card of a form: a promise, of null when there is nothing.
const cards = new WeakMap();

/** The processor's fields, once the card form is open: who pays another way does not meet the processor. */
function openCardForm() {
  const form = main()?.querySelector('form[data-adapter]');
  if (form?.closest('details').open && !cards.has(form)) cards.set(form, mountCard(form));
}

/** What tokenizes the card, or null when the processor's library cannot be used. */
async function mountCard(form) {
  try {
    return await inTime(LIBRARY_MS, async () => {
      await loadLibrary(form.dataset.library);
      const { mount } = await import(form.dataset.adapter);
      const place = form.querySelector('[data-card]');
      const card = await mount({
        place,
        settings: JSON.parse(form.dataset.settings),
        look: lookOf(place),
        show: (fault) => showCardFault(form, fault),
        openSession: () => openSession(form),
      });
      form.querySelector('[data-name]').hidden = Boolean(card.takesName);
      return card;
    });
  } catch (error) {
    // It is somebody else's code, and may fail in any way: all that matters here is that there is no form.
    console.warn('The card form of the processor is not there.', error);
    form.hidden = true;
    form.parentElement.querySelector('[data-blocked]').hidden = false;
    return null;
  }
}

const libraries = new Map();

function loadLibrary(url) {
  if (!libraries.has(url)) {
    libraries.set(url, new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = url;
      // As one library calls it, for the styles that it writes into the page.
      if (allowedNonce) script.dataset.cspNonce = allowedNonce;
      script.addEventListener('load', resolve);
      script.addEventListener('error', () => reject(new Error(`${url} was not loaded`)));
      document.head.append(script);
    }));
  }
  return libraries.get(url);
}

/** Some processors want to know beforehand that a card will come: then our server asks them, and their fields fill that in. */
async function openSession(form) {
  const { clientSecret, processor } = form.elements;
  const body = new URLSearchParams({ clientSecret: clientSecret.value, processor: processor.value });
  const answer = await request(`${main().dataset.path}/card-session`, { method: 'POST', body });
  if (!answer.ok) throw new NoAnswer(answer.text);
  return jsonOf(answer).session;
}

async function inTime(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A page cannot style the frames of another: their library is told the colours that fit here. */
function lookOf(place) {
  const style = getComputedStyle(place);
  const colours = ['ink', 'soft', 'bad', 'paper'].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return { ...Object.fromEntries(colours), font: style.fontFamily, size: style.fontSize };
}

/** A fault of an adapter in the words of this page: number, expiry, past, cvv, notTaken, notConfirmed, offline, or anything else. */
function showCardFault(form, fault) {
  form.querySelector('#card-frame-error').textContent = fault ? texts()[fault] ?? texts().cardNotRead : '';
  form.querySelector('[data-card]').classList.toggle('invalid', Boolean(fault));
}

async function tokenFrom(card, name) {
  try {
    // Long: the bank may ask the payer meanwhile.
    return await inTime(TOKEN_MS, () => card.tokenize({ name }));
  } catch (error) {
    // Somebody else's code, as above. Nothing was paid: a token alone moves no money.
    console.warn('The processor did not tokenize the card.', error);
    return { fault: 'cardNotRead' };
  }
}

async function tokenizedByProcessor(form) {
  const card = await cards.get(form);
  if (!card) return null;
  const { token, fault } = await tokenFrom(card, form.querySelector('#card-name').value.trim());
  showCardFault(form, fault);
  if (fault) return null;
  const { clientSecret, method, processor } = form.elements;
  return new URLSearchParams({
    clientSecret: clientSecret.value,
    method: method.value,
    processor: processor.value,
    cardToken: token,
    ...browserFields(),
  });
}

const tokenizers = { card: tokenized, 'processor-card': tokenizedByProcessor };

/** What the bank of a card wants to know of the browser. */
function browserFields() {
  return {
    browserLanguage: navigator.language,
    browserJavaEnabled: Boolean(navigator.javaEnabled?.()),
    browserColorDepth: screen.colorDepth,
    browserScreenHeight: screen.height,
    browserScreenWidth: screen.width,
    browserTimeZone: new Date().getTimezoneOffset(),
  };
}

/** Lets the bank's page see the browser in a hidden frame, for ten seconds at most: Y it did, N not in time, U it has none. */
async function seenByBank(cardToken) {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.src = `${main().dataset.path}/method?${new URLSearchParams({ cardToken })}`;
  let trans = '';
  const ended = await new Promise((resolve) => {
    const late = setTimeout(() => resolve('N'), METHOD_MS);
    frame.hear = ({ source, origin, data }) => {
      if (source !== frame.contentWindow || origin !== location.origin || !data?.threeDSecure) return;
      trans ||= data.threeDSecure.trans;
      if (data.threeDSecure.outcome && data.threeDSecure.trans === trans) {
        clearTimeout(late);
        resolve(data.threeDSecure.outcome);
      }
    };
    window.addEventListener('message', frame.hear);
    // A page that is none of ours is the end as well: the server had nothing to show. A message of ours may still be on its way.
    frame.addEventListener('load', () => setTimeout(() => {
      if (trans) return;
      clearTimeout(late);
      resolve('N');
    }, FRAME_MS));
    document.body.append(frame);
  });
  window.removeEventListener('message', frame.hear);
  frame.remove();
  return trans ? { threeDSServerTransId: trans, threeDSCompInd: ended } : {};
}

function goToBank() {
  const address = main().querySelector('a[data-redirect]')?.href ?? main().querySelector('form[data-challenge]')?.dataset.challenge;
  if (address) {
    say(texts().working);
    location.assign(address);
  }
}

/** Puts the page of an answer in the place of the one that is shown. */
function show(answer) {
  const page = new DOMParser().parseFromString(answer.text, 'text/html');
  const next = page.getElementById('payment');
  if (!next) {
    location.reload();
    return;
  }
  if (next.dataset.library && next.dataset.library !== allowedLibrary) {
    // The content policy is that of the page that was loaded first: it does not know this processor.
    location.assign(answer.url);
    return;
  }
  stop();
  main().replaceWith(document.adoptNode(next));
  document.querySelector('.summary')?.replaceWith(document.adoptNode(page.querySelector('.summary')));
  document.title = page.title;
  history.replaceState(null, '', main().dataset.path);
  main().querySelector('[data-focus]')?.focus();
  main().scrollIntoView({ block: 'nearest' });
  begin();
}

const refresh = async () => show(await request(main().dataset.path));

// Live status

async function poll() {
  if (document.hidden || isBusy) return;
  try {
    const response = await request(`${main().dataset.path}/state`, { headers: { Accept: 'application/json' } });
    if (response.ok) {
      say('');
      if (jsonOf(response).stamp !== main().dataset.stamp && !isBusy) {
        await refresh();
        return;
      }
    }
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    say(texts().offline);
  }
  pollMs = Math.min(pollMs * 1.3, MAX_POLL_MS);
  schedule();
}

function schedule() {
  clearTimeout(polling);
  if (isWaiting() || Date.now() < unsureUntil) polling = setTimeout(poll, pollMs);
}

function askSoon() {
  pollMs = MIN_POLL_MS;
  if (!document.hidden && !isBusy) poll();
}

function stop() {
  clearTimeout(polling);
  timers.forEach(clearInterval);
  timers = [];
}

function every(ms, action) {
  const timer = setInterval(action, ms);
  timers.push(timer);
  action();
  return timer;
}

function begin() {
  stop();
  pollMs = MIN_POLL_MS;
  if (!main()?.dataset.stamp) return;
  clockSkew = Date.parse(main().dataset.now) - Date.now();
  document.querySelectorAll('form[data-form]').forEach((form) => {
    form.noValidate = true;
  });
  openCardForm();
  countDown();
  showLocalTimes();
  returnSoon();
  schedule();
}

function countDown() {
  const clock = document.querySelector('[data-deadline]');
  if (!clock) return;
  const deadline = Date.parse(clock.dataset.deadline);
  clock.parentElement.hidden = false;
  const timer = every(1000, () => {
    clock.textContent = timeLeft(deadline - now());
    if (deadline <= now() && !isBusy) {
      clearInterval(timer);
      busy(refresh);
    }
  });
}

function showLocalTimes() {
  document.querySelectorAll('time[datetime]').forEach((time) => {
    time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' });
  });
}

function returnSoon() {
  const notice = main().querySelector('[data-return]');
  const link = main().querySelector('a[data-back]');
  if (!notice || !link) return;
  const sentence = notice.querySelector('span');
  const words = sentence.dataset.words ?? sentence.textContent;
  sentence.dataset.words = words;
  const end = Date.now() + Number(notice.dataset.return) * 1000;
  notice.hidden = false;
  const timer = every(1000, () => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    sentence.textContent = words.replace('{0}', seconds);
    if (seconds === 0) {
      clearInterval(timer);
      location.assign(link.href);
    }
  });
  notice.querySelector('button').addEventListener('click', () => {
    clearInterval(timer);
    notice.remove();
    link.focus();
  });
}

function start() {
  // An older browser gets the pages as they are.
  if (!AbortSignal.timeout) return;
  ({ library: allowedLibrary, nonce: allowedNonce } = main()?.dataset ?? {});
  document.addEventListener('submit', onSubmit);
  // It does not bubble.
  document.addEventListener('toggle', openCardForm, true);
  document.addEventListener('input', onInput);
  document.addEventListener('focusout', onFocusOut);
  document.addEventListener('visibilitychange', askSoon);
  window.addEventListener('online', askSoon);
  // Back from the bank by the browser's button: the page in the cache may be old.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) askSoon();
  });
  begin();
  main()?.querySelector('[aria-invalid], .alert')?.focus();
  // Before the page has loaded, so that the browser's back button does not lead here.
  document.querySelector('[data-onward] form')?.submit();
}

// Its functions are tested without a browser.
if (typeof document !== 'undefined') start();
