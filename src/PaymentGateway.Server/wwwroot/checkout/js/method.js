// In the hidden frame of 3-D Secure: tells the checkout page around it where things stand, then goes on to the page of the card's bank.
const { trans, outcome } = document.body.dataset;
parent.postMessage({ threeDSecure: { trans, outcome } }, location.origin);
document.querySelector('form[data-onward]')?.submit();
