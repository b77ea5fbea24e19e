// What the integration guide's handler does with a request: reads lines of { signature, secret, body }, prints true or false for each.
import crypto from 'node:crypto';
import readline from 'node:readline';

for await (const line of readline.createInterface({ input: process.stdin })) {
  const sent = JSON.parse(line);
  const req = { body: JSON.parse(sent.body), headers: { 'x-webhook-signature': sent.signature } };

  const signature = req.headers['x-webhook-signature'];
  const payload = JSON.stringify(req.body);
  const expectedSignature = crypto
    .createHmac('sha256', sent.secret)
    .update(payload)
    .digest('hex');

  console.log(signature === expectedSignature && payload === sent.body);
}
