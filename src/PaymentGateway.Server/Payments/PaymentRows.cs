using System.Text.Json;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Payments;

/// <summary>All SQL that writes orders, payments and charges: set-based, guarded by version.</summary>
internal static class PaymentRows
{
    internal static readonly RowWriter<Order> InsertOrder = RowWriter<Order>.Guard("payments.orders.insert", 20, o => o.Id,
        """
        INSERT INTO payments.orders (id, merchant_id, mode, merchant_order_id, amount, currency, state, capture_method, allowed_methods,
            customer_id, customer_email, customer_phone, description, metadata, return_url, webhook_url, created_at, expires_at, version)
        SELECT id, merchant_id, mode, merchant_order_id, amount, currency, state, capture_method, string_to_array(allowed_methods, ','),
            customer_id, customer_email, customer_phone, description, metadata, return_url, webhook_url, created_at, expires_at, 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) AS r
            (id, merchant_id, mode, merchant_order_id, amount, currency, state, capture_method, allowed_methods,
             customer_id, customer_email, customer_phone, description, metadata, return_url, webhook_url, created_at, expires_at)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
        """,
        RowWriter<Order>.Column(o => o.Id),
        RowWriter<Order>.Column(o => o.Tenant.MerchantId),
        RowWriter<Order>.Column(o => o.Tenant.Mode.ToSql()),
        RowWriter<Order>.Column(o => o.Purpose.MerchantOrderId),
        RowWriter<Order>.Column(o => o.Amount.Minor),
        RowWriter<Order>.Column(o => o.Amount.Currency.Code),
        RowWriter<Order>.Column(o => StateWords.Of(o.State)),
        RowWriter<Order>.Column(o => StateWords.Of(o.Capture)),
        RowWriter<Order>.Column(o => ListText(o.AllowedMethods)),
        RowWriter<Order>.Column(o => o.Purpose.CustomerId),
        RowWriter<Order>.Column(o => o.Purpose.CustomerEmail),
        RowWriter<Order>.Column(o => o.Purpose.CustomerPhone),
        RowWriter<Order>.Column(o => o.Purpose.Description),
        RowWriter<Order>.Column(o => o.Purpose.Metadata),
        RowWriter<Order>.Column(o => o.Purpose.ReturnUrl),
        RowWriter<Order>.Column(o => o.Purpose.WebhookUrl),
        RowWriter<Order>.Column(o => o.CreatedAt),
        RowWriter<Order>.Column(o => o.ExpiresAt));

    /// <summary>
    /// What went back is added to an order without its version (<see cref="OrderRefunded"/>), so a return that was decided before such a refund does
    /// not fit any more: that is a conflict, as the payment's version would show in a moment, and not for the constraint to refuse.
    /// </summary>
    internal static readonly RowWriter<Order> UpdateOrder = RowWriter<Order>.Guard("payments.orders", 21, o => o.Id,
        """
        UPDATE payments.orders AS o
        SET state = r.state, amount_authorized = r.amount_authorized, amount_paid = r.amount_paid,
            paid_at = r.paid_at, closed_at = r.closed_at, payer = coalesce(r.split_payment_id, 'payment'), version = o.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS r
            (id, version, state, amount_authorized, amount_paid, paid_at, closed_at, split_payment_id)
        WHERE o.id = r.id AND o.version = r.version AND o.amount_refunded <= r.amount_paid
        RETURNING o.id
        """,
        RowWriter<Order>.Column(o => o.Id),
        RowWriter<Order>.Column(o => o.Version),
        RowWriter<Order>.Column(o => StateWords.Of(o.State)),
        RowWriter<Order>.Column(o => o.AmountAuthorized.Minor),
        RowWriter<Order>.Column(o => o.AmountPaid.Minor),
        RowWriter<Order>.Column(o => o.PaidAt),
        RowWriter<Order>.Column(o => o.ClosedAt),
        RowWriter<Order>.Column(o => o.SplitPaymentId));

    /// <summary>Conflicts when the order has a payment already: two first attempts met.</summary>
    internal static readonly RowWriter<Payment> InsertPayment = RowWriter<Payment>.Guard("payments.payments.insert", 30, p => p.Id,
        """
        INSERT INTO payments.payments (id, merchant_id, mode, order_id, merchant_order_id, amount, currency, state, capture_method, instrument,
            charge_id, attempts, customer_id, customer_email, customer_phone, description, metadata, return_url, webhook_url, created_at,
            allowed_methods, setup_future_usage, statement_descriptor, statement_descriptor_suffix, version)
        SELECT id, merchant_id, mode, order_id, merchant_order_id, amount, currency, state, capture_method, instrument,
            charge_id, attempts, customer_id, customer_email, customer_phone, description, metadata, return_url, webhook_url, created_at,
            string_to_array(allowed_methods, ','), setup_future_usage, statement_descriptor, statement_descriptor_suffix, 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24) AS r
            (id, merchant_id, mode, order_id, merchant_order_id, amount, currency, state, capture_method, instrument,
             charge_id, attempts, customer_id, customer_email, customer_phone, description, metadata, return_url, webhook_url, created_at,
             allowed_methods, setup_future_usage, statement_descriptor, statement_descriptor_suffix)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        RowWriter<Payment>.Column(p => p.Id),
        RowWriter<Payment>.Column(p => p.Tenant.MerchantId),
        RowWriter<Payment>.Column(p => p.Tenant.Mode.ToSql()),
        RowWriter<Payment>.Column(p => p.OrderId),
        RowWriter<Payment>.Column(p => p.Purpose.MerchantOrderId),
        RowWriter<Payment>.Column(p => p.Amount.Minor),
        RowWriter<Payment>.Column(p => p.Amount.Currency.Code),
        RowWriter<Payment>.Column(p => StateWords.Of(p.State)),
        RowWriter<Payment>.Column(p => StateWords.Of(p.Capture)),
        RowWriter<Payment>.Column(p => StoredInstrument.Write(p.Instrument)),
        RowWriter<Payment>.Column(p => p.Charge?.Id),
        RowWriter<Payment>.Column(p => p.Attempts),
        RowWriter<Payment>.Column(p => p.Purpose.CustomerId),
        RowWriter<Payment>.Column(p => p.Purpose.CustomerEmail),
        RowWriter<Payment>.Column(p => p.Purpose.CustomerPhone),
        RowWriter<Payment>.Column(p => p.Purpose.Description),
        RowWriter<Payment>.Column(p => p.Purpose.Metadata),
        RowWriter<Payment>.Column(p => p.Purpose.ReturnUrl),
        RowWriter<Payment>.Column(p => p.Purpose.WebhookUrl),
        RowWriter<Payment>.Column(p => p.CreatedAt),
        RowWriter<Payment>.Column(p => ListText(p.AllowedMethods)),
        RowWriter<Payment>.Column(p => WordOf(p.SetupFutureUsage)),
        RowWriter<Payment>.Column(p => p.StatementDescriptor),
        RowWriter<Payment>.Column(p => p.StatementDescriptorSuffix));

    /// <summary>A part of a split payment, with the way to pay that it keeps until its turn comes.</summary>
    internal static readonly RowWriter<Payment> InsertPart = RowWriter<Payment>.Guard("payments.payments.insert_part", 30, p => p.Id,
        """
        INSERT INTO payments.payments (id, merchant_id, mode, order_id, merchant_order_id, amount, currency, state, capture_method, instrument,
            customer_id, customer_email, customer_phone, description, metadata, return_url, webhook_url, created_at,
            split_payment_id, split_part, attempts, version)
        SELECT *, 0, 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        RowWriter<Payment>.Column(p => p.Id),
        RowWriter<Payment>.Column(p => p.Tenant.MerchantId),
        RowWriter<Payment>.Column(p => p.Tenant.Mode.ToSql()),
        RowWriter<Payment>.Column(p => p.OrderId),
        RowWriter<Payment>.Column(p => p.Purpose.MerchantOrderId),
        RowWriter<Payment>.Column(p => p.Amount.Minor),
        RowWriter<Payment>.Column(p => p.Amount.Currency.Code),
        RowWriter<Payment>.Column(p => StateWords.Of(p.State)),
        RowWriter<Payment>.Column(p => StateWords.Of(p.Capture)),
        RowWriter<Payment>.Column(p => StoredInstrument.Write(p.Instrument)),
        RowWriter<Payment>.Column(p => p.Purpose.CustomerId),
        RowWriter<Payment>.Column(p => p.Purpose.CustomerEmail),
        RowWriter<Payment>.Column(p => p.Purpose.CustomerPhone),
        RowWriter<Payment>.Column(p => p.Purpose.Description),
        RowWriter<Payment>.Column(p => p.Purpose.Metadata),
        RowWriter<Payment>.Column(p => p.Purpose.ReturnUrl),
        RowWriter<Payment>.Column(p => p.Purpose.WebhookUrl),
        RowWriter<Payment>.Column(p => p.CreatedAt),
        RowWriter<Payment>.Column(p => p.SplitPaymentId),
        RowWriter<Payment>.Column(p => (short)p.SplitPart!.Value));

    internal static readonly RowWriter<Payment> UpdatePayment = RowWriter<Payment>.Guard("payments.payments", 31, p => p.Id,
        """
        UPDATE payments.payments AS p
        SET state = r.state, amount = r.amount, amount_authorized = r.amount_authorized, amount_captured = r.amount_captured,
            instrument = r.instrument,
            charge_id = r.charge_id, attempts = r.attempts, failure_code = r.failure_code, failure_reason = r.failure_reason,
            cancel_reason = r.cancel_reason, paid_at = r.paid_at, canceled_at = r.canceled_at, amount_returned = r.amount_returned,
            version = p.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS r
            (id, version, state, amount, amount_authorized, amount_captured, instrument, charge_id, attempts,
             failure_code, failure_reason, cancel_reason, paid_at, canceled_at, amount_returned)
        WHERE p.id = r.id AND p.version = r.version
        RETURNING p.id
        """,
        RowWriter<Payment>.Column(p => p.Id),
        RowWriter<Payment>.Column(p => p.Version),
        RowWriter<Payment>.Column(p => StateWords.Of(p.State)),
        RowWriter<Payment>.Column(p => p.Amount.Minor),
        RowWriter<Payment>.Column(p => p.AmountAuthorized.Minor),
        RowWriter<Payment>.Column(p => p.AmountCaptured.Minor),
        RowWriter<Payment>.Column(p => StoredInstrument.Write(p.Instrument)),
        RowWriter<Payment>.Column(p => p.Charge?.Id),
        RowWriter<Payment>.Column(p => p.Attempts),
        RowWriter<Payment>.Column(p => p.FailureCode),
        RowWriter<Payment>.Column(p => p.FailureReason),
        RowWriter<Payment>.Column(p => p.CancelReason),
        RowWriter<Payment>.Column(p => p.PaidAt),
        RowWriter<Payment>.Column(p => p.CanceledAt),
        RowWriter<Payment>.Column(p => p.AmountReturned.Minor));

    /// <summary>What is given back of a payment, and nothing else of it.</summary>
    internal static readonly RowWriter<Payment> PaymentRefunded = RowWriter<Payment>.Guard("payments.payments.refunded", 32, p => p.Id,
        """
        UPDATE payments.payments AS p
        SET amount_refunded = r.amount_refunded, version = p.version + 1
        FROM unnest($1, $2, $3) AS r (id, version, amount_refunded)
        WHERE p.id = r.id AND p.version = r.version
        RETURNING p.id
        """,
        RowWriter<Payment>.Column(p => p.Id),
        RowWriter<Payment>.Column(p => p.Version),
        RowWriter<Payment>.Column(p => p.AmountRefunded.Minor));

    /// <summary>An order is locked before its payments, as everywhere, and changed after them: see <see cref="OrderRefunded"/>.</summary>
    internal static readonly RowWriter<RefundedMore> LockOrder = RowWriter<RefundedMore>.Append(
        "payments.orders.lock", 22, r => r.Payment.OrderId!,
        "SELECT FROM payments.orders AS o WHERE o.id = ANY ($1) ORDER BY o.id FOR NO KEY UPDATE",
        RowWriter<RefundedMore>.Column(r => r.Payment.OrderId));

    /// <summary>
    /// Adds to what an order gave back: each of its parts does. Not guarded: the payment's version stands for it, and is looked at
    /// first, since a sum from an older version may be more than the order was paid. What a split gives back that never paid its order is
    /// none of the order's.
    /// </summary>
    internal static readonly RowWriter<RefundedMore> OrderRefunded = RowWriter<RefundedMore>.Append(
        "payments.orders.refunded", 34, r => r.Payment.OrderId!,
        """
        UPDATE payments.orders AS o
        SET amount_refunded = o.amount_refunded + r.more
        FROM (SELECT id, payer, sum(more)::bigint AS more FROM unnest($1, $2, $3) AS m (id, payer, more) GROUP BY id, payer) AS r
        WHERE o.id = r.id AND o.payer = r.payer AND (o.payer = 'payment' OR o.state = 'paid')
        """,
        RowWriter<RefundedMore>.Column(r => r.Payment.OrderId),
        RowWriter<RefundedMore>.Column(r => r.Payment.SplitPaymentId ?? "payment"),
        RowWriter<RefundedMore>.Column(r => r.More.Minor));

    internal static readonly RowWriter<Payment> ChargeRefunded = RowWriter<Payment>.Append("payments.charges.refunded", 42, p => p.Charge!.Id,
        """
        UPDATE payments.charges AS c
        SET amount_refunded = r.amount_refunded
        FROM unnest($1, $2) AS r (id, amount_refunded)
        WHERE c.id = r.id
        """,
        RowWriter<Payment>.Column(p => p.Charge!.Id),
        RowWriter<Payment>.Column(p => p.AmountRefunded.Minor));

    /// <summary>What disputes took of a payment, and nothing else of it.</summary>
    internal static readonly RowWriter<Payment> PaymentDisputed = RowWriter<Payment>.Guard("payments.payments.disputed", 34, p => p.Id,
        """
        UPDATE payments.payments AS p
        SET amount_disputed = r.amount_disputed, version = p.version + 1
        FROM unnest($1, $2, $3) AS r (id, version, amount_disputed)
        WHERE p.id = r.id AND p.version = r.version
        RETURNING p.id
        """,
        RowWriter<Payment>.Column(p => p.Id),
        RowWriter<Payment>.Column(p => p.Version),
        RowWriter<Payment>.Column(p => p.AmountDisputed.Minor));

    internal static readonly RowWriter<Payment> ChargeDisputed = RowWriter<Payment>.Append("payments.charges.disputed", 43, p => p.Charge!.Id,
        """
        UPDATE payments.charges AS c
        SET amount_disputed = r.amount_disputed
        FROM unnest($1, $2) AS r (id, amount_disputed)
        WHERE c.id = r.id
        """,
        RowWriter<Payment>.Column(p => p.Charge!.Id),
        RowWriter<Payment>.Column(p => p.AmountDisputed.Minor));

    /// <summary>What only an update of the merchant changes, beside <see cref="UpdatePayment"/>, whose version guards it.</summary>
    internal static readonly RowWriter<Payment> UpdateOffer = RowWriter<Payment>.Append("payments.payments.offer", 33, p => p.Id,
        """
        UPDATE payments.payments AS p
        SET capture_method = r.capture_method, allowed_methods = string_to_array(r.allowed_methods, ','),
            setup_future_usage = r.setup_future_usage, statement_descriptor = r.statement_descriptor,
            statement_descriptor_suffix = r.statement_descriptor_suffix, description = r.description, metadata = r.metadata
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS r
            (id, capture_method, allowed_methods, setup_future_usage, statement_descriptor, statement_descriptor_suffix, description, metadata)
        WHERE p.id = r.id
        """,
        RowWriter<Payment>.Column(p => p.Id),
        RowWriter<Payment>.Column(p => StateWords.Of(p.Capture)),
        RowWriter<Payment>.Column(p => ListText(p.AllowedMethods)),
        RowWriter<Payment>.Column(p => WordOf(p.SetupFutureUsage)),
        RowWriter<Payment>.Column(p => p.StatementDescriptor),
        RowWriter<Payment>.Column(p => p.StatementDescriptorSuffix),
        RowWriter<Payment>.Column(p => p.Purpose.Description),
        RowWriter<Payment>.Column(p => p.Purpose.Metadata));

    /// <summary>Not guarded: the payment's version stands for its charges too, and the index on live attempts is the wall behind it.</summary>
    internal static readonly RowWriter<Charge> InsertCharge = RowWriter<Charge>.Append("payments.charges.insert", 40, c => c.Id,
        """
        INSERT INTO payments.charges (id, merchant_id, mode, payment_id, connector, method, summary, amount, currency, fee_percent,
            fee_tax_percent, state, behaviour, created_at, called_at, check_at, details, return_url, mandate_id, routing, checks, fee, tax)
        SELECT id, merchant_id, mode, payment_id, connector, method, summary, amount, currency, fee_percent,
            fee_tax_percent, state, behaviour, created_at, called_at, check_at, details, return_url, mandate_id, routing::jsonb, 0, 0, 0
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) AS r
            (id, merchant_id, mode, payment_id, connector, method, summary, amount, currency, fee_percent,
             fee_tax_percent, state, behaviour, created_at, called_at, check_at, details, return_url, mandate_id, routing)
        """,
        RowWriter<Charge>.Column(c => c.Id),
        RowWriter<Charge>.Column(c => c.Tenant.MerchantId),
        RowWriter<Charge>.Column(c => c.Tenant.Mode.ToSql()),
        RowWriter<Charge>.Column(c => c.PaymentId),
        RowWriter<Charge>.Column(c => c.Connector),
        RowWriter<Charge>.Column(c => c.Summary.Method),
        RowWriter<Charge>.Column(c => JsonSerializer.Serialize(c.Summary, JsonSerializerOptions.Web)),
        RowWriter<Charge>.Column(c => c.Amount.Minor),
        RowWriter<Charge>.Column(c => c.Amount.Currency.Code),
        RowWriter<Charge>.Column(c => c.Terms.Percent),
        RowWriter<Charge>.Column(c => c.Terms.TaxPercent),
        RowWriter<Charge>.Column(c => StateWords.Of(c.State)),
        RowWriter<Charge>.Column(c => c.Behaviour),
        RowWriter<Charge>.Column(c => c.CreatedAt),
        RowWriter<Charge>.Column(c => c.CalledAt),
        RowWriter<Charge>.Column(c => c.CheckAt),
        RowWriter<Charge>.Column(c => c.Details?.ToJson()),
        RowWriter<Charge>.Column(c => c.ReturnUrl),
        RowWriter<Charge>.Column(c => c.MandateId),
        RowWriter<Charge>.Column(c => c.Routing?.ToJson()));

    /// <summary>
    /// Hands a charge over to the payment that its money became, free of fees and of what its method had agreed. The versions of both
    /// payments stand for it.
    /// </summary>
    internal static readonly RowWriter<Charge> MoveCharge = RowWriter<Charge>.Append("payments.charges.move", 39, c => c.Id,
        """
        WITH captures AS (
            UPDATE payments.captures AS k
            SET payment_id = r.payment_id
            FROM unnest($1, $2) AS r (id, payment_id)
            WHERE k.charge_id = r.id)
        UPDATE payments.charges AS c
        SET payment_id = r.payment_id, details = NULL, fee_percent = 0, fee_tax_percent = 0
        FROM unnest($1, $2) AS r (id, payment_id)
        WHERE c.id = r.id
        """,
        RowWriter<Charge>.Column(c => c.Id),
        RowWriter<Charge>.Column(c => c.PaymentId));

    internal static readonly RowWriter<Charge> UpdateCharge = RowWriter<Charge>.Append("payments.charges", 41, c => c.Id,
        """
        UPDATE payments.charges AS c
        SET state = r.state, summary = r.summary, reference = r.reference, next_action = r.next_action, failure_code = r.failure_code,
            failure_reason = r.failure_reason, processor_code = r.processor_code, called_at = r.called_at, check_at = r.check_at,
            checks = r.checks, finished_at = r.finished_at, claimed_until = NULL, amount = r.amount, fee = r.fee, tax = r.tax, hold_id = r.hold_id,
            capture_before = r.capture_before, increment_id = r.increment_id, increment_amount = r.increment_amount,
            authentication = r.authentication::jsonb, network_transaction_id = r.network_transaction_id
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) AS r
            (id, state, summary, reference, next_action, failure_code, failure_reason, processor_code, called_at, check_at, checks, finished_at,
             amount, fee, tax, hold_id, capture_before, increment_id, increment_amount, authentication, network_transaction_id)
        WHERE c.id = r.id
        """,
        RowWriter<Charge>.Column(c => c.Id),
        RowWriter<Charge>.Column(c => StateWords.Of(c.State)),
        RowWriter<Charge>.Column(c => JsonSerializer.Serialize(c.Summary, JsonSerializerOptions.Web)),
        RowWriter<Charge>.Column(c => c.Reference),
        RowWriter<Charge>.Column(c => c.NextAction?.ToJson()),
        RowWriter<Charge>.Column(c => c.FailureCode),
        RowWriter<Charge>.Column(c => c.FailureReason),
        RowWriter<Charge>.Column(c => c.ProcessorCode),
        RowWriter<Charge>.Column(c => c.CalledAt),
        RowWriter<Charge>.Column(c => c.CheckAt),
        RowWriter<Charge>.Column(c => c.Checks),
        RowWriter<Charge>.Column(c => c.FinishedAt),
        RowWriter<Charge>.Column(c => c.Amount.Minor),
        RowWriter<Charge>.Column(c => c.Fee.Minor),
        RowWriter<Charge>.Column(c => c.Tax.Minor),
        RowWriter<Charge>.Column(c => c.HoldId),
        RowWriter<Charge>.Column(c => c.CaptureBefore),
        RowWriter<Charge>.Column(c => c.Increment?.Id),
        RowWriter<Charge>.Column(c => c.Increment?.Amount.Minor),
        RowWriter<Charge>.Column(c => c.Authentication?.ToJson()),
        RowWriter<Charge>.Column(c => c.NetworkTransactionId));

    /// <summary>Inserts and updates: the payment's version stands for its captures too.</summary>
    internal static readonly RowWriter<CapturedPart> WriteCapture = RowWriter<CapturedPart>.Append("payments.captures", 42, k => k.Capture.Id,
        """
        INSERT INTO payments.captures (id, merchant_id, mode, payment_id, charge_id, amount, currency, fee, tax, is_final, state,
            reference, failure_code, failure_reason, created_at, finished_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (id) DO UPDATE
        SET state = excluded.state, reference = excluded.reference, failure_code = excluded.failure_code,
            failure_reason = excluded.failure_reason, finished_at = excluded.finished_at
        """,
        RowWriter<CapturedPart>.Column(k => k.Capture.Id),
        RowWriter<CapturedPart>.Column(k => k.Charge.Tenant.MerchantId),
        RowWriter<CapturedPart>.Column(k => k.Charge.Tenant.Mode.ToSql()),
        RowWriter<CapturedPart>.Column(k => k.Charge.PaymentId),
        RowWriter<CapturedPart>.Column(k => k.Charge.Id),
        RowWriter<CapturedPart>.Column(k => k.Capture.Amount.Minor),
        RowWriter<CapturedPart>.Column(k => k.Capture.Amount.Currency.Code),
        RowWriter<CapturedPart>.Column(k => k.Capture.Fee.Minor),
        RowWriter<CapturedPart>.Column(k => k.Capture.Tax.Minor),
        RowWriter<CapturedPart>.Column(k => k.Capture.IsFinal),
        RowWriter<CapturedPart>.Column(k => StateWords.Of(k.Capture.State)),
        RowWriter<CapturedPart>.Column(k => k.Capture.Reference),
        RowWriter<CapturedPart>.Column(k => k.Capture.FailureCode),
        RowWriter<CapturedPart>.Column(k => k.Capture.FailureReason),
        RowWriter<CapturedPart>.Column(k => k.Capture.CreatedAt),
        RowWriter<CapturedPart>.Column(k => k.Capture.FinishedAt));

    private static string? ListText(IReadOnlyList<string>? words) => words is null ? null : string.Join(',', words);

    private static string? WordOf(SetupFutureUsage? usage) => usage is { } known ? StateWords.Of(known) : null;
}

/// <summary>What a payment gives back beside what it gave before; less than nothing when a refund came to nothing.</summary>
internal sealed record RefundedMore(Payment Payment, Money More);

/// <summary>A capture with the charge that it belongs to.</summary>
internal sealed record CapturedPart(Charge Charge, Capture Capture);

/// <summary>A chosen way to pay as it is stored until it is confirmed. Fields of other methods are absent.</summary>
internal sealed record StoredInstrument(
    string Method, string? Token = null, string? Flow = null, string? Vpa = null, string? BankCode = null, string? Wallet = null,
    int? Tenure = null, string? PlanId = null, DateTimeOffset? ConsentedAt = null, string? ConsentAddress = null, string? PaymentMethodId = null,
    string? MandateId = null, IReadOnlyDictionary<string, string>? Tokens = null)
{
    public static string? Write(Instrument? instrument) => instrument switch
    {
        null => null,
        Instrument.Saved saved => Json(new(saved.Method, PaymentMethodId: saved.PaymentMethodId)),
        Instrument.Card card => Json(new(card.Method, Token: card.Token)),
        Instrument.Cards cards => Json(new(cards.Method, Tokens: cards.Tokens)),
        Instrument.Upi upi => Json(new(upi.Method, Flow: upi.Flow, Vpa: upi.Vpa)),
        Instrument.NetBanking bank => Json(new(bank.Method, BankCode: bank.BankCode)),
        Instrument.Wallet wallet => Json(new(wallet.Method, Wallet: wallet.Name)),
        Instrument.Emi emi => Json(new(emi.Method, Token: emi.Token, BankCode: emi.Bank, Tenure: emi.Tenure)),
        Instrument.Bnpl later => Json(new(later.Method, PlanId: later.PlanId, ConsentedAt: later.ConsentedAt, ConsentAddress: later.ConsentAddress)),
        Instrument.Qr qr => Json(new(qr.Method, Flow: qr.Format)),
        Instrument.Account account => Json(new(account.Method)),
        Instrument.Mandate mandate => Json(new(mandate.Method, MandateId: mandate.MandateId)),
        _ => throw new ArgumentOutOfRangeException(nameof(instrument)),
    };

    public static Instrument? Read(string? text) => text is null ? null : JsonSerializer.Deserialize<StoredInstrument>(text, JsonSerializerOptions.Web)! switch
    {
        { PaymentMethodId: { } id } saved => new Instrument.Saved(saved.Method, id),
        { MandateId: { } mandateId } debit => new Instrument.Mandate(debit.Method, mandateId),
        { Method: "card", Tokens: { } tokens } => new Instrument.Cards(tokens),
        { Method: "card" } card => new Instrument.Card(card.Token!),
        { Method: "upi" } upi => new Instrument.Upi(upi.Flow!, upi.Vpa),
        { Method: "netbanking" } bank => new Instrument.NetBanking(bank.BankCode!),
        { Method: "wallet" } wallet => new Instrument.Wallet(wallet.Wallet!),
        { Method: "qr" } qr => new Instrument.Qr(qr.Flow!),
        { Method: "account" } => new Instrument.Account(),
        { Method: "emi", Tenure: { } tenure } emi => new Instrument.Emi(emi.Token!, tenure, emi.BankCode),
        { Method: "bnpl", ConsentedAt: { } consentedAt } later => new Instrument.Bnpl(later.PlanId!, consentedAt, later.ConsentAddress),
        var other => throw new InvalidOperationException($"A stored payment method is {other.Method}."),
    };

    private static string Json(StoredInstrument stored) => JsonSerializer.Serialize(stored, JsonSerializerOptions.Web);
}
