// A stand-in of Stripe.js: the card element and createPaymentMethod, as far as pages with a card form use them. The fields are in a frame
// of the simulator; this script, which runs in the shop's page, never has a card number.
(() => {
  const origin = new URL(document.currentScript.src).origin;
  let made = 0;

  class CardElement {
    #frame = document.createElement('iframe');
    #listeners = new Map();
    #answers = new Map();
    #isReady = false;

    constructor(options) {
      this.#frame.src = `${origin}/v3/card`;
      this.#frame.title = 'Secure card payment input frame';
      this.#frame.style.cssText = 'display:block;width:100%;height:1.5em;border:0;color-scheme:light dark';
      this.look = options.style ?? {};
      window.addEventListener('message', this.#hear);
    }

    #hear = ({ source, origin: from, data }) => {
      if (from !== origin || source !== this.#frame.contentWindow) return;
      if (data.event === 'loaded') {
        this.#send({ do: 'look', style: this.look });
        this.#isReady = true;
      }
      if (data.event === 'result') {
        this.#answers.get(data.id)?.(data.result);
        this.#answers.delete(data.id);
        return;
      }
      const name = data.event === 'loaded' ? 'ready' : data.event;
      for (const listener of this.#listeners.get(name) ?? []) listener({ elementType: 'card', ...data.details });
    };

    #send(message) {
      this.#frame.contentWindow.postMessage(message, origin);
    }

    on(event, listener) {
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
      return this;
    }

    mount(place) {
      const element = typeof place === 'string' ? document.querySelector(place) : place;
      if (!element) throw new Error('IntegrationError: The selector you specified applies to no DOM elements that are currently on the page.');
      element.replaceChildren(this.#frame);
    }

    unmount() {
      this.#frame.remove();
      this.#isReady = false;
    }

    destroy() {
      this.unmount();
      window.removeEventListener('message', this.#hear);
    }

    /** For this library only. */
    tokenize(key, billing) {
      if (!this.#isReady) throw new Error('IntegrationError: The element is not mounted.');
      made += 1;
      const id = made;
      return new Promise((resolve) => {
        this.#answers.set(id, resolve);
        this.#send({ do: 'tokenize', id, key, billing });
      });
    }
  }

  window.Stripe = (key) => {
    if (typeof key !== 'string' || !/^pk_(test|live)_/.test(key)) {
      throw new Error('IntegrationError: Please call Stripe() with your publishable key. You used a value of another kind.');
    }
    return {
      elements: () => ({
        create(type, options = {}) {
          if (type !== 'card') throw new Error(`This simulator has no element ${type}.`);
          return new CardElement(options);
        },
      }),
      createPaymentMethod({ type, card, billing_details: billing }) {
        if (type !== 'card' || !(card instanceof CardElement)) throw new Error('IntegrationError: A card element is needed.');
        return card.tokenize(key, billing ?? {});
      },
    };
  };
})();
