// Drives the Card Fields of PayPal's JavaScript SDK. Its manual: "CardFields", "getState", "Save cards with no purchase".

const faults = [['cardNumberField', 'number'], ['cardExpiryField', 'expiry'], ['cardCvvField', 'cvv']];

function part(place, name, look) {
  const element = document.createElement('div');
  element.id = `${place.id}-${name}`;
  element.className = look;
  place.append(element);
  return `#${element.id}`;
}

export async function mount({ place, settings, look, show, openSession }) {
  let settle = () => {};
  const fields = window.paypal.CardFields({
    style: {
      input: { color: look.ink, background: look.paper, 'font-size': look.size, 'font-family': look.font },
      'input::placeholder': { color: look.soft },
      '.invalid': { color: look.bad },
    },
    createVaultSetupToken: openSession,
    onApprove: ({ vaultSetupToken }) => settle({ token: vaultSetupToken }),
    onError: () => settle({ fault: 'cardNotRead' }),
    onCancel: () => settle({ fault: 'notConfirmed' }),
    inputEvents: { onChange: () => show(null) },
  });
  if (!fields.isEligible()) throw new Error('PayPal offers this account no card fields.');
  place.classList.add('parted');
  const shown = [
    [fields.NumberField({ placeholder: settings.number }), part(place, 'number', 'wide')],
    [fields.ExpiryField({ placeholder: settings.expiry }), part(place, 'expiry', '')],
    [fields.CVVField({ placeholder: settings.cvv }), part(place, 'cvv', '')],
    [fields.NameField({ placeholder: settings.name }), part(place, 'name', 'wide')],
  ];
  await Promise.all(shown.map(([field, where]) => field.render(where)));
  return {
    takesName: true,
    async tokenize() {
      const state = await fields.getState();
      if (!state.isFormValid) return { fault: faults.find(([field]) => !state.fields[field].isValid)?.[1] ?? 'cardNotRead' };
      return new Promise((resolve, reject) => {
        settle = resolve;
        fields.submit().catch(reject);
      });
    },
  };
}
