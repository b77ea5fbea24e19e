// How the card form of each processor is filled in, what its test cards do, and what its simulator knows of a payment.

const frame = (page, within = '[data-card]') => page.frameLocator(`${within} iframe`);

const objects = async (simulator, kind) => (await fetch(`${simulator}/_control/objects/${kind}`)).json();

export const processors = {
  stripe: {
    cards: { succeeds: '4242424242424242', declined: '4000000000000002', challenge: '4000002760003184' },
    library: '/v3/',
    token: /^pm_/,
    async fill(page, { number, expiry = '1230', cvv = '123' }) {
      const card = frame(page);
      await card.getByLabel('Credit or debit card number').fill(number);
      await card.getByLabel('expiration date').fill(expiry);
      await card.getByLabel('CVC').fill(cvv);
    },
    async approve(page) {
      await page.getByRole('button', { name: 'Complete' }).click();
    },
    async refuse(page) {
      await page.getByRole('button', { name: 'Fail' }).click();
    },
    /** All payments of a charge of ours, as the processor has them: minor units that were taken. */
    async taken(simulator, chargeId) {
      const intents = await objects(simulator, 'payment_intent');
      return intents.filter(({ metadata }) => metadata.charge === chargeId).map((intent) => intent.amount_received);
    },
  },

  square: {
    cards: { succeeds: '4111111111111111', declined: '4000000000000002' },
    library: '/v1/square.js',
    token: /^cnon:/,
    async fill(page, { number, expiry = '1230', cvv = '111' }) {
      const card = frame(page);
      await card.getByLabel('Card number').fill(number);
      await card.getByLabel('Card expiration date').fill(expiry);
      await card.getByLabel('Card CVV').fill(cvv);
    },
    async taken(simulator, chargeId) {
      const payments = await objects(simulator, 'payment');
      return payments.filter((payment) => payment.reference_id === chargeId).map((payment) => payment.total_money.amount);
    },
  },

  paypal: {
    cards: { succeeds: '4111111111111111', declined: '4012888888881881', challenge: '4868719460707704' },
    library: '/sdk/js',
    token: /^[0-9A-Z]{17}$/,
    async fill(page, { number, expiry = '1230', cvv = '123' }) {
      await frame(page, '#card-frame-number').getByLabel('Card number').fill(number);
      await frame(page, '#card-frame-expiry').getByLabel('Expiration date').fill(expiry);
      await frame(page, '#card-frame-cvv').getByLabel('CVV').fill(cvv);
      // At PayPal the name of the holder says what the bank answers.
      await frame(page, '#card-frame-name').getByLabel('Cardholder name').fill(number === this.cards.declined ? 'CCREJECT-REFUSED' : 'Asha Rao');
    },
    async approve(page) {
      await page.getByRole('button', { name: 'Complete' }).click();
    },
    async refuse(page) {
      await page.getByRole('button', { name: 'Fail' }).click();
    },
    async taken(simulator, chargeId) {
      const captures = await objects(simulator, 'capture');
      return captures.filter((capture) => capture.custom_id?.includes(chargeId)).map(({ amount }) => Math.round(Number(amount.value) * 100));
    },
    stylesNonce: true,
  },
};
