-- One order created and paid by card: every row that the server writes for it, in the server's own four transactions, and nothing else.
-- No reads, no JSON, no decisions. Texts are padded to the length that the server writes, since pgbench takes a colon for a variable.

-- Ids that sort by time, as the server's do: milliseconds, then random.
SELECT lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || substr(md5(random()::text), 1, 13) AS s \gset

-- The order is created.
BEGIN;
INSERT INTO payments.orders (id, merchant_id, mode, amount, currency, state, capture_method, metadata, created_at, expires_at, version)
VALUES ('order_' || :s || '0', 'MERCH_FH_001', 'test', 49950, 'INR', 'created', 'automatic', '{}', now(), now() + interval '30 minutes', 1)
ON CONFLICT (id) DO NOTHING
RETURNING id;
INSERT INTO events.events (id, merchant_id, mode, name, subject_id, created_at, request_id, body)
VALUES ('evt_' || :s || '0', 'MERCH_FH_001', 'test', 'order.created', 'order_' || :s || '0', now(), 'req_' || :s || '0', rpad('evt_' || :s, 386, '.'));
INSERT INTO events.outbox (consumer, event_id) VALUES ('webhooks', 'evt_' || :s || '0');
INSERT INTO audit.rows (id, merchant_id, mode, created_at, actor, address, action, object_type, object_id, after, request_id)
VALUES ('aud_' || :s || '0', 'MERCH_FH_001', 'test', now(), rpad('key', 47, '.'), '127.0.0.1', 'order.create', 'order', 'order_' || :s || '0',
    to_json(rpad('{', 160, '.')), 'req_' || :s || '0');
COMMIT;

-- The attempt is on record before the processor is called.
BEGIN;
UPDATE payments.orders
SET state = 'attempted', amount_authorized = 0, amount_paid = 0, paid_at = NULL, closed_at = NULL, version = version + 1
WHERE id = 'order_' || :s || '0' AND version = 1
RETURNING id;
INSERT INTO payments.payments (id, merchant_id, mode, order_id, amount, currency, state, capture_method, charge_id, attempts, metadata,
    created_at, version)
VALUES ('pay_' || :s || '0', 'MERCH_FH_001', 'test', 'order_' || :s || '0', 49950, 'INR', 'authorizing', 'automatic', 'ch_' || :s || '0', 1, '{}',
    now(), 1)
ON CONFLICT DO NOTHING
RETURNING id;
INSERT INTO payments.charges (id, merchant_id, mode, payment_id, connector, method, summary, amount, currency, fee, tax, state,
    created_at, called_at, check_at, checks)
VALUES ('ch_' || :s || '0', 'MERCH_FH_001', 'test', 'pay_' || :s || '0', 'sandbox', 'card', rpad('{"method"', 88, '.'), 49950, 'INR', 999, 180,
    'submitted', now(), now(), now() + interval '25 seconds', 0);
INSERT INTO events.events (id, merchant_id, mode, name, subject_id, created_at, request_id, body)
VALUES
    ('evt_' || :s || '1', 'MERCH_FH_001', 'test', 'payment.created', 'pay_' || :s || '0', now(), 'req_' || :s || '1', rpad('evt_' || :s, 449, '.')),
    ('evt_' || :s || '2', 'MERCH_FH_001', 'test', 'payment.initiated', 'pay_' || :s || '0', now(), 'req_' || :s || '1', rpad('evt_' || :s, 451, '.'));
INSERT INTO events.outbox (consumer, event_id) VALUES ('webhooks', 'evt_' || :s || '1'), ('webhooks', 'evt_' || :s || '2');
INSERT INTO audit.rows (id, merchant_id, mode, created_at, actor, address, action, object_type, object_id, before, after, request_id)
VALUES
    ('aud_' || :s || '1', 'MERCH_FH_001', 'test', now(), rpad('key', 47, '.'), '127.0.0.1', 'order.attempt', 'order', 'order_' || :s || '0',
        to_json(rpad('{', 18, '.')), to_json(rpad('{', 20, '.')), 'req_' || :s || '1'),
    ('aud_' || :s || '2', 'MERCH_FH_001', 'test', now(), rpad('key', 47, '.'), '127.0.0.1', 'payment.confirm', 'payment', 'pay_' || :s || '0',
        NULL, to_json(rpad('{', 315, '.')), 'req_' || :s || '1');
COMMIT;

-- The pretended processor's own row, in a transaction that does not wait for the disk.
WITH off AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO sandbox.charges (merchant_id, mode, key, reference, payment_id, state, currency, amount, captured, capture_at_once, summary,
    merchant_name, return_url, created_at, updated_at)
SELECT 'MERCH_FH_001', 'test', 'ch_' || :s || '0', 'sbx_' || :s || '0', 'pay_' || :s || '0', 'captured', 'INR', 49950, 49950, true,
    '{"last4": "1111", "expiry": "12/25", "method": "card", "funding": "credit", "network": "visa"}',
    'FashionHub', rpad('order_' || :s, 71, '.'), now(), now()
FROM off
ON CONFLICT (merchant_id, mode, key) DO NOTHING;

-- What the processor said, with the books.
BEGIN;
UPDATE payments.orders
SET state = 'paid', amount_authorized = 49950, amount_paid = 49950, paid_at = now(), closed_at = NULL, version = version + 1
WHERE id = 'order_' || :s || '0' AND version = 2
RETURNING id;
UPDATE payments.payments
SET state = 'succeeded', amount_authorized = 49950, amount_captured = 49950, instrument = NULL, charge_id = 'ch_' || :s || '0', attempts = 1,
    failure_code = NULL, failure_reason = NULL, cancel_reason = NULL, paid_at = now(), canceled_at = NULL, version = version + 1
WHERE id = 'pay_' || :s || '0' AND version = 1
RETURNING id;
UPDATE payments.charges
SET state = 'captured', summary = rpad('{"method"', 121, '.'), reference = 'sbx_' || :s || '0', next_action = NULL, failure_code = NULL,
    failure_reason = NULL, processor_code = NULL, called_at = now(), check_at = NULL, checks = 0, finished_at = now()
WHERE id = 'ch_' || :s || '0';
INSERT INTO ledger.transactions (id, merchant_id, mode, business_key, phase, subject_id, description, created_at)
VALUES ('ltx_' || :s || '0', 'MERCH_FH_001', 'test', 'capture_ch_' || :s || '0', 'posted', 'pay_' || :s || '0', 'Payment captured', now())
ON CONFLICT (merchant_id, mode, business_key) DO NOTHING
RETURNING id;
INSERT INTO ledger.entries (transaction_id, line, merchant_id, mode, account_id, layer, amount, currency)
SELECT 'ltx_' || :s || '0', r.line, a.merchant_id, a.mode, a.id, 'posted', r.amount, a.currency
FROM (VALUES
    (1::smallint, 'processor_receivable' || chr(58) || 'sandbox', 49950),
    (2::smallint, 'merchant_payable', -48771),
    (3::smallint, 'fee_income', -999),
    (4::smallint, 'tax_payable', -180)) AS r (line, code, amount)
JOIN ledger.accounts a ON a.merchant_id = 'MERCH_FH_001' AND a.mode = 'test' AND a.currency = 'INR' AND a.code = r.code;
INSERT INTO events.events (id, merchant_id, mode, name, subject_id, created_at, request_id, body)
VALUES
    ('evt_' || :s || '3', 'MERCH_FH_001', 'test', 'order.paid', 'order_' || :s || '0', now(), 'req_' || :s || '1', rpad('evt_' || :s, 416, '.')),
    ('evt_' || :s || '4', 'MERCH_FH_001', 'test', 'payment.success', 'pay_' || :s || '0', now(), 'req_' || :s || '1', rpad('evt_' || :s, 529, '.'));
INSERT INTO events.outbox (consumer, event_id) VALUES ('webhooks', 'evt_' || :s || '3'), ('webhooks', 'evt_' || :s || '4');
INSERT INTO audit.rows (id, merchant_id, mode, created_at, actor, address, action, object_type, object_id, before, after, request_id)
VALUES
    ('aud_' || :s || '3', 'MERCH_FH_001', 'test', now(), rpad('key', 47, '.'), '127.0.0.1', 'order.pay', 'order', 'order_' || :s || '0',
        to_json(rpad('{', 60, '.')), to_json(rpad('{', 60, '.')), 'req_' || :s || '1'),
    ('aud_' || :s || '4', 'MERCH_FH_001', 'test', now(), rpad('key', 47, '.'), '127.0.0.1', 'payment.outcome', 'payment', 'pay_' || :s || '0',
        to_json(rpad('{', 95, '.')), to_json(rpad('{', 145, '.')), 'req_' || :s || '1');
COMMIT;
