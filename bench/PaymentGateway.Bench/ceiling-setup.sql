-- The accounts that the server opens before a merchant's first payment.
INSERT INTO ledger.accounts (merchant_id, mode, code, currency, kind, may_go_negative, created_at)
VALUES
    ('MERCH_FH_001', 'test', 'processor_receivable:sandbox', 'INR', 'asset', true, now()),
    ('MERCH_FH_001', 'test', 'merchant_payable', 'INR', 'liability', true, now()),
    ('MERCH_FH_001', 'test', 'fee_income', 'INR', 'income', true, now()),
    ('MERCH_FH_001', 'test', 'tax_payable', 'INR', 'liability', true, now())
ON CONFLICT DO NOTHING;
