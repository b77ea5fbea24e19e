// Sends a page's only form on its way; without script there is a button.
document.querySelector('form[data-onward]').submit();
