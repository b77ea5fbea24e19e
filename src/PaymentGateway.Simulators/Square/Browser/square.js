// A stand-in of Square's Web Payments SDK: the card, as far as pages with a card form use it. The fields are in a frame of the simulator;
// this script, which runs in the seller's page, never has a card number.
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const events = ['cardBrandChanged', 'errorClassAdded', 'errorClassRemoved', 'escape', 'focusClassAdded', 'focusClassRemoved', 'postalCodeChanged', 'submit'];
  const intents = ['CHARGE', 'STORE', 'CHARGE_AND_STORE'];
  let made = 0;

  function fault(name, message) {
    return Object.assign(new Error(message), { name });
  }

  class Card {
    #keys;
    #options;
    #frame = null;
    #answers = new Map();
    #listeners = new Map();
    #ready;

    constructor(keys, options) {
      this.#keys = keys;
      this.#options = options;
    }

    async attach(selector) {
      const place = typeof selector === 'string' ? document.querySelector(selector) : selector;
      if (!place) throw fault('ElementNotFoundError', `The element ${selector} was not found.`);
      if (this.#frame) throw fault('PaymentMethodAlreadyAttachedError', 'The card is attached already.');
      this.#frame = document.createElement('iframe');
      this.#frame.src = `${origin}/v1/card`;
      this.#frame.title = 'Secure Credit Card Form';
      this.#frame.style.cssText = 'display:block;width:100%;height:5.5rem;border:0;color-scheme:light dark';
      const loaded = new Promise((resolve) => { this.#ready = resolve; });
      window.addEventListener('message', this.#hear);
      place.append(this.#frame);
      await loaded;
      this.#send({ do: 'look', style: this.#options.style ?? {} });
    }

    #hear = ({ source, origin: from, data }) => {
      if (from !== origin || source !== this.#frame?.contentWindow) return;
      if (data.event === 'loaded') this.#ready();
      else if (data.event === 'result') {
        this.#answers.get(data.id)?.(data.result);
        this.#answers.delete(data.id);
      } else for (const listener of this.#listeners.get(data.event) ?? []) listener(new CustomEvent(data.event, { detail: data.detail }));
    };

    #send(message) {
      this.#frame.contentWindow.postMessage(message, origin);
    }

    addEventListener(event, listener) {
      if (!events.includes(event)) throw fault('InvalidEventTypeError', `There is no event ${event}.`);
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    }

    async destroy() {
      window.removeEventListener('message', this.#hear);
      this.#frame?.remove();
      this.#frame = null;
      return true;
    }

    /** Square wants to know what is verified with the bank, and refuses what it does not know. */
    async tokenize(details) {
      if (!this.#frame) throw fault('PaymentMethodNotAttachedError', 'The card is not attached.');
      if (details && (!intents.includes(details.intent) || typeof details.customerInitiated !== 'boolean' || typeof details.sellerKeyedIn !== 'boolean'
        || (details.intent !== 'STORE' && (!/^\d+(\.\d+)?$/.test(details.amount) || !/^[A-Z]{3}$/.test(details.currencyCode))))) {
        throw fault('VerificationDetailsError', 'The verification details are wrong.');
      }
      made += 1;
      const id = made;
      return new Promise((resolve) => {
        this.#answers.set(id, resolve);
        this.#send({ do: 'tokenize', id, ...this.#keys });
      });
    }
  }

  window.Square = {
    payments(applicationId, locationId) {
      if (!/^sandbox-/.test(applicationId)) throw fault('InvalidApplicationIdError', 'The application id is of another environment.');
      if (!locationId) throw fault('InvalidLocationIdError', 'A location id is needed.');
      return { card: async (options = {}) => new Card({ applicationId, locationId }, options) };
    },
  };
})();
