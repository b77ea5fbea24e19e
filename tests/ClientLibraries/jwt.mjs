// Checks an access token as a Node server would, and makes tokens for the server to check: one good one, then bad ones.
import crypto from 'node:crypto'
import jwt from 'jsonwebtoken'

const secret = Buffer.from(process.env.SECRET, 'base64')
const now = Number(process.env.NOW)
const expected = { algorithms: ['HS256'], issuer: 'paymentgateway', audience: 'paymentgateway-api', clockTimestamp: now }

const { header, payload } = jwt.verify(process.env.TOKEN, secret, { ...expected, complete: true })
if (header.kid !== 'k1' || payload.exp - payload.iat !== 600) throw new Error(JSON.stringify({ header, payload }))
for (const wrong of [{ audience: 'another' }, { issuer: 'another' }, { clockTimestamp: now + 600 }]) {
  try {
    jwt.verify(process.env.TOKEN, secret, { ...expected, ...wrong })
  } catch {
    continue
  }
  throw new Error(`taken with ${JSON.stringify(wrong)}`)
}
console.log(payload.sub, payload.sid, payload.roles.join(), payload.amr.join())

const claims = { sub: 'usr_1', sid: 'ses_1', roles: ['student'], amr: ['pwd'], iat: now, nbf: now, exp: now + 600 }
const good = { issuer: 'paymentgateway', audience: 'paymentgateway-api', keyid: 'k1' }
const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
console.log(jwt.sign(claims, secret, good))
console.log(jwt.sign(claims, secret, { ...good, algorithm: 'HS384' }))
console.log(jwt.sign(claims, '', { ...good, algorithm: 'none' }))
console.log(jwt.sign(claims, privateKey, { ...good, algorithm: 'RS256' }))
console.log(jwt.sign(claims, Buffer.alloc(32), good))
console.log(jwt.sign({ ...claims, nbf: now + 60 }, secret, good))
