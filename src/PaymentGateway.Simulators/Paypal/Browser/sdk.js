// A stand-in of PayPal's JavaScript SDK: the Card Fields that fill in a setup token, as far as pages with a card form use them. Each field is
// in a frame of the simulator; this script, which runs in the merchant's page, never has a card number.
(() => {
  const { src, dataset } = document.currentScript;
  const origin = new URL(src).origin;
  const nonce = dataset.cspNonce;
  const names = { NumberField: 'cardNumberField', ExpiryField: 'cardExpiryField', CVVField: 'cardCvvField', NameField: 'cardNameField' };

  function writeStyles() {
    const style = document.createElement('style');
    if (nonce) style.setAttribute('nonce', nonce);
    style.textContent = '.paypal-card-field { display: block; width: 100%; height: 3rem; border: 0; color-scheme: light dark }';
    document.head.append(style);
  }

  window.paypal = {
    CardFields(options) {
      const id = crypto.randomUUID();
      const frames = new Map();
      const answers = new Map();
      let asked = 0;

      window.addEventListener('message', ({ source, origin: from, data }) => {
        const [name] = [...frames].find(([, { frame }]) => frame.contentWindow === source) ?? [];
        if (from !== origin || !name) return;
        if (data.event === 'loaded') frames.get(name).ready();
        if (data.event === 'change') options.inputEvents?.onChange?.({ emittedBy: name });
        if (data.event === 'answer') answers.get(data.ask)?.(data.answer);
      });

      const ask = (name, message) => new Promise((resolve) => {
        asked += 1;
        answers.set(asked, resolve);
        frames.get(name).frame.contentWindow.postMessage({ ...message, ask: asked }, origin);
      });

      const field = (name) => (settings = {}) => ({
        async render(selector) {
          const place = typeof selector === 'string' ? document.querySelector(selector) : selector;
          if (!place) throw new Error(`No such element: ${selector}`);
          const frame = document.createElement('iframe');
          frame.className = 'paypal-card-field';
          frame.title = `PayPal ${name}`;
          frame.src = `${origin}/sdk/card-field?${new URLSearchParams({ name, form: id })}`;
          const loaded = new Promise((ready) => { frames.set(name, { frame, ready }); });
          place.append(frame);
          await loaded;
          frame.contentWindow.postMessage({ do: 'look', style: options.style ?? {}, placeholder: settings.placeholder }, origin);
        },
      });

      const getState = async () => {
        const known = await Promise.all([...frames.keys()].map(async (name) => [name, await ask(name, { do: 'state' })]));
        const errors = { cardNumberField: 'INVALID_NUMBER', cardExpiryField: 'INVALID_EXPIRY', cardCvvField: 'INVALID_CVV', cardNameField: 'INVALID_NAME' };
        const wrong = known.filter(([, { isValid }]) => !isValid).map(([name]) => errors[name]);
        return { fields: Object.fromEntries(known), errors: wrong, isFormValid: wrong.length === 0, cards: [] };
      };

      writeStyles();
      return {
        isEligible: () => true,
        getState,
        ...Object.fromEntries(Object.entries(names).map(([method, name]) => [method, field(name)])),
        async submit() {
          if (!(await getState()).isFormValid) throw new Error('INVALID_FORM');
          const setup = await options.createVaultSetupToken();
          const answer = await ask('cardNumberField', { do: 'submit', setup, fields: frames.size });
          if (answer.error) options.onError?.(new Error(answer.error));
          else options.onApprove({ vaultSetupToken: setup });
        },
      };
    },
  };
})();
