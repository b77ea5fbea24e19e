// The key of a mailed link stands behind the # of the address, so that no server's log sees it: into the form with it.
const field = document.querySelector('[data-link-key]')
if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1)
  field.closest('.field').hidden = true
  history.replaceState(null, '', location.pathname + location.search)
}
