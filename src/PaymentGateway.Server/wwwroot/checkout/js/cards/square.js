// Drives Square's Web Payments SDK. Its manual: "Payments.card", "Card.tokenize", "TokenResult".

const faults = { cardNumber: 'number', expirationDate: 'expiry', cvv: 'cvv' };

function faultOf({ status, errors = [] }) {
  // The payer gave up, or failed, when the bank asked whether it is them.
  if (status === 'Cancel' || status === 'Abort') return 'notConfirmed';
  return errors.map(({ field }) => faults[field]).find(Boolean) ?? 'cardNotRead';
}

/** First and last name, as Square wants them for the question of the bank. */
function contactOf(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return words.length ? { givenName: words[0], ...(words.length > 1 && { familyName: words.slice(1).join(' ') }) } : {};
}

export async function mount({ place, settings, look, show }) {
  const payments = window.Square.payments(settings.applicationId, settings.locationId);
  const card = await payments.card({
    style: {
      input: { color: look.ink, backgroundColor: look.paper },
      'input::placeholder': { color: look.soft },
      '.message-text': { color: look.soft },
      'input.is-error': { color: look.bad },
      '.message-text.is-error': { color: look.bad },
    },
  });
  await card.attach(`#${place.id}`);
  card.addEventListener('errorClassRemoved', () => show(null));
  return {
    async tokenize({ name }) {
      const result = await card.tokenize({
        amount: settings.amount,
        currencyCode: settings.currency,
        intent: 'CHARGE',
        customerInitiated: true,
        sellerKeyedIn: false,
        billingContact: contactOf(name),
      });
      return result.status === 'OK' ? { token: result.token } : { fault: faultOf(result) };
    },
  };
}
