// What these pages do better with a script; without it they do it all the same.

// Times as the reader's own clock and language have them.
const language = document.documentElement.lang
for (const time of document.querySelectorAll('time[datetime]')) {
  time.textContent = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time.dateTime))
}

// A payment of which the bank has not said anything yet is looked at again, while somebody looks at the page.
const REFRESH_MS = 8000
if (document.querySelector('[data-refresh]')) {
  setInterval(() => {
    if (!document.hidden) location.replace(location.pathname)
  }, REFRESH_MS)
}

// One press, one request.
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', () => form.setAttribute('aria-busy', 'true'))
}
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[aria-busy]')) form.removeAttribute('aria-busy')
})
