// Drives Stripe.js. Its manual: "Card Element", "stripe.createPaymentMethod", "Error codes".

// Languages of the page that Stripe's own words are there in.
const known = ['en', 'ru'];

const faults = {
  incomplete_number: 'number',
  invalid_number: 'number',
  incorrect_number: 'number',
  incomplete_expiry: 'expiry',
  invalid_expiry_month: 'expiry',
  invalid_expiry_year: 'expiry',
  invalid_expiry_month_past: 'past',
  invalid_expiry_year_past: 'past',
  incomplete_cvc: 'cvv',
  invalid_cvc: 'cvv',
  incorrect_cvc: 'cvv',
  card_declined: 'notTaken',
  card_not_supported: 'notTaken',
};

const faultOf = ({ type, code }) => (type === 'api_connection_error' ? 'offline' : faults[code] ?? 'cardNotRead');

export async function mount({ place, settings, look, show }) {
  const stripe = window.Stripe(settings.publishableKey);
  const elements = stripe.elements({ locale: known.includes(settings.language) ? settings.language : 'en' });
  const card = elements.create('card', {
    hidePostalCode: true,
    disableLink: true,
    style: {
      base: { color: look.ink, fontFamily: look.font, fontSize: look.size, iconColor: look.soft, '::placeholder': { color: look.soft } },
      invalid: { color: look.bad, iconColor: look.bad },
    },
  });
  place.classList.add('bordered');
  await new Promise((resolve) => {
    card.on('ready', resolve);
    card.mount(place);
  });
  card.on('change', ({ error }) => show(error && faultOf(error)));
  return {
    async tokenize({ name }) {
      const { paymentMethod, error } = await stripe.createPaymentMethod({ type: 'card', card, billing_details: name ? { name } : {} });
      return error ? { fault: faultOf(error) } : { token: paymentMethod.id };
    },
  };
}
