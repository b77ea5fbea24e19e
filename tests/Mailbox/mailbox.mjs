// A mail server on a free port, or on PORT. Its first line is the port; then a line of JSON for each mail that it took.
// How it treats a mail stands before the @ of the recipient: refused, busy (the first time), or anything else.
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

const { CERTIFICATE, KEY, USER_NAME, PASSWORD, PORT } = process.env
const seen = new Set()

function answer(code, text) {
  return Object.assign(new Error(text), { responseCode: code })
}

const server = new SMTPServer({
  ...(CERTIFICATE ? { cert: CERTIFICATE, key: KEY } : { disabledCommands: USER_NAME ? ['STARTTLS'] : ['STARTTLS', 'AUTH'] }),
  authOptional: !USER_NAME,
  allowInsecureAuth: !CERTIFICATE,
  onAuth({ username, password }, _session, done) {
    const right = username === USER_NAME && password === PASSWORD
    done(right ? null : answer(535, 'Wrong name or password'), right ? { user: username } : undefined)
  },
  onRcptTo({ address }, _session, done) {
    const box = address.split('@')[0]
    if (box === 'refused') return done(answer(550, `No such user ${address}`))
    if (box === 'busy' && !seen.has(address)) {
      seen.add(address)
      return done(answer(451, 'Try again later'))
    }
    done()
  },
  async onData(stream, session, done) {
    const mail = await simpleParser(stream)
    console.log(JSON.stringify({
      to: session.envelope.rcptTo.map(({ address }) => address),
      encrypted: session.secure,
      from: mail.from.text,
      subject: mail.subject,
      messageId: mail.messageId,
      automatic: mail.headers.get('auto-submitted'),
      text: mail.text,
      html: mail.html,
      files: mail.attachments.map(({ filename, contentType, content }) => ({ filename, contentType, content: content.toString('base64') })),
    }))
    done()
  },
  logger: false,
})
// The end of its input ends the server, once all that it has taken is told.
process.stdin.resume().on('end', () => server.close())
server.on('error', () => {}) // a client that does not trust the certificate hangs up
server.listen(Number(PORT ?? 0), '127.0.0.1', () => console.log(server.server.address().port))
