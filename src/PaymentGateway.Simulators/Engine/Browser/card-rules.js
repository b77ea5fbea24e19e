// What every card form checks before it sends a card, whichever library it plays, and how a frame talks to the page around it.

// The page around, whoever it is: nothing that is said to it is a secret.
export const tell = (said) => window.parent.postMessage(said, '*');

export function isCardNumber(digits) {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits.length >= 12 && sum % 10 === 0;
}

// Four digits: month and year.
export function isExpiry(digits) {
  const [month, year] = [Number(digits.slice(0, 2)), 2000 + Number(digits.slice(2))];
  return digits.length === 4 && month >= 1 && month <= 12 && new Date() < new Date(year, month, 1);
}
